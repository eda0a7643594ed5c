// SPDX-License-Identifier: BSD-2-Clause
/** Tells systemd how the service is: that it is ready, a line of status, and that its election runs. */
@NullMarked
package io.mirrorcarp.daemon.systemd;

import org.jspecify.annotations.NullMarked;
