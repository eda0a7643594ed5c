// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** How a node tells the others that it is demoted. */
public enum DemotionMode {
    /** In OpenBSD's demote byte alone: invisible to FreeBSD, DragonFly and ucarp. */
    BYTE(true, false),
    /** As a higher advskew alone, as FreeBSD does. */
    SKEW(false, true),
    /** In both, which every system understands. */
    BOTH(true, true);

    /** The worst advskew that demotion leads to. */
    static final int DEMOTED_SKEW = 240;

    private static final int MAX_BYTE = 255;

    private final boolean inByte;
    private final boolean inSkew;

    DemotionMode(boolean inByte, boolean inSkew) {
        this.inByte = inByte;
        this.inSkew = inSkew;
    }

    /**
     * The advskew to send: the sum of both within 0 to 240, but never better than configured while the demotion is not
     * negative. FreeBSD sends a configured 241 to 254 as 240.
     */
    int advskew(int configured, int demotion) {
        if (!inSkew) {
            return configured;
        }
        int sum = (int) Math.max(0, Math.min(DEMOTED_SKEW, (long) configured + demotion));
        return demotion < 0 ? sum : Math.max(configured, sum);
    }

    /** The demote byte to send, 0 to 255. */
    int demoteByte(int demotion) {
        return inByte ? Math.max(0, Math.min(MAX_BYTE, demotion)) : 0;
    }
}
