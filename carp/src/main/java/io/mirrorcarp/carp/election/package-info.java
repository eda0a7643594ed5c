// SPDX-License-Identifier: BSD-2-Clause
/** The election of one virtual host and the demotion of the node, as pure machines. */
@NullMarked
package io.mirrorcarp.carp.election;

import org.jspecify.annotations.NullMarked;
