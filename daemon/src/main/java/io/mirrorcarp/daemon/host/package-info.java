// SPDX-License-Identifier: BSD-2-Clause
/** What the configuration asks of this machine: files, interfaces, names. */
@NullMarked
package io.mirrorcarp.daemon.host;

import org.jspecify.annotations.NullMarked;
