// SPDX-License-Identifier: BSD-2-Clause
/** From a draft to files that carpd accepts. Pure, but for the hand that writes them. */
@NullMarked
package io.mirrorcarp.ctl.importer.result;

import org.jspecify.annotations.NullMarked;
