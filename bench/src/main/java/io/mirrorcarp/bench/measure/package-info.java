// SPDX-License-Identifier: BSD-2-Clause
/** The measurements, one class for each group of names. */
@NullMarked
package io.mirrorcarp.bench.measure;

import org.jspecify.annotations.NullMarked;
