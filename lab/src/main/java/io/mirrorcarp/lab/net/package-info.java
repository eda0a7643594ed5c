// SPDX-License-Identifier: BSD-2-Clause
/** Hosts, cables and segments made of network namespaces; every one is removed again. */
@NullMarked
package io.mirrorcarp.lab.net;

import org.jspecify.annotations.NullMarked;
