// SPDX-License-Identifier: BSD-2-Clause
/** Figures, their ratios and verdicts, as a table, JSON and a picture. Pure. */
@NullMarked
package io.mirrorcarp.bench.report;

import org.jspecify.annotations.NullMarked;
