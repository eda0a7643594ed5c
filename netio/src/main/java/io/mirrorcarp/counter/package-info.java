// SPDX-License-Identifier: BSD-2-Clause
/** What is counted, and the numbers. */
@NullMarked
package io.mirrorcarp.counter;

import org.jspecify.annotations.NullMarked;
