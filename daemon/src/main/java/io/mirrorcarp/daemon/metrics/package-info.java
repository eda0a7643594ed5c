// SPDX-License-Identifier: BSD-2-Clause
/** The counters and states of the node for Prometheus. */
@NullMarked
package io.mirrorcarp.daemon.metrics;

import org.jspecify.annotations.NullMarked;
