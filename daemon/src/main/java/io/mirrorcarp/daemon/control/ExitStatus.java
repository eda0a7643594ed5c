// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

/** The exit statuses of carpctl. */
public final class ExitStatus {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int NO_DAEMON = 3;
    public static final int CONFIGURATION_INVALID = 4;
    public static final int NOT_IN_WANTED_STATE = 5;

    private ExitStatus() {}
}
