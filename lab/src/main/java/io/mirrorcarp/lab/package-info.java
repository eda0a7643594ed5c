// SPDX-License-Identifier: BSD-2-Clause
/** Hosts in network namespaces, the topology of the demonstration, and its report. */
@NullMarked
package io.mirrorcarp.lab;

import org.jspecify.annotations.NullMarked;
