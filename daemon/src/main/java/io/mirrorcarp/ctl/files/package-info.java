// SPDX-License-Identifier: BSD-2-Clause
/** Files that carpctl makes: with the right mode from their first byte on, and never over another. */
@NullMarked
package io.mirrorcarp.ctl.files;

import org.jspecify.annotations.NullMarked;
