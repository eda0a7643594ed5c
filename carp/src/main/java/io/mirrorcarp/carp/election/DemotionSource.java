// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * One reason for which a node is demoted.
 *
 * @param name the kind: {@code link}, {@code send-errors}, {@code addresses}, {@code allow}, {@code pfsync-bulk}, {@code pfsync-link},
 *     {@code vhid}, {@code track:NAME}, {@code admin}, {@code maintenance}, {@code failover}, {@code forwarding}
 * @param subject what it is about, such as a device; may be empty. Name, subject and group together are the key
 * @param group the group of virtual hosts that it demotes, or empty for all
 * @param value what it adds; negative makes the node better
 * @param reason for a person
 * @param sinceNanos when it began
 * @param untilNanos when it ends by itself, or {@link CarpInstance#NEVER}
 */
public record DemotionSource(
        String name, String subject, String group, int value, String reason, long sinceNanos, long untilNanos) {
    public static final String LINK = "link";
    public static final String SEND_ERRORS = "send-errors";
    /** The virtual addresses cannot be configured. */
    public static final String ADDRESSES = "addresses";
    /** net.inet.carp.allow is 0. */
    public static final String ALLOW = "allow";

    public static final String PFSYNC_BULK = "pfsync-bulk";
    public static final String PFSYNC_LINK = "pfsync-link";
    public static final String TRACK_PREFIX = "track:";
    public static final String ADMIN = "admin";
    public static final String MAINTENANCE = "maintenance";
    /** What the node was master of is with a peer, by the administrator's wish. */
    public static final String FAILOVER = "failover";

    /** This node does not forward, and a peer does. */
    public static final String FORWARDING = "forwarding";

    /** A virtual host of the group was taken down by hand. */
    public static final String VHID = "vhid";

    /** The most that an advertised skew can show. */
    private static final int MOST_VALUE = 240;

    /** Worse than a backup by the usual skew of 100, and still better than a node that is in maintenance or has lost a link. */
    private static final int FORWARDING_VALUE = 120;

    /** For all virtual hosts, without end. */
    public static DemotionSource of(String name, String subject, int value, String reason, long nowNanos) {
        return new DemotionSource(name, subject, "", value, reason, nowNanos, CarpInstance.NEVER);
    }

    /**
     * The administrator wants the node out of the way, whatever the others are.
     */
    public static DemotionSource maintenance(String reason, long nowNanos) {
        return of(MAINTENANCE, "", MOST_VALUE, reason, nowNanos);
    }

    /** Connections would end with this node, and not with a peer. */
    public static DemotionSource forwarding(String reason, long nowNanos) {
        return of(FORWARDING, "", FORWARDING_VALUE, reason, nowNanos);
    }

    /** A virtual host was taken down by hand, and the others of its group are to go with it. */
    static DemotionSource down(ElectedHost host, long nowNanos) {
        return of(VHID, host.name(), MOST_VALUE, host.name() + " is down by hand", nowNanos)
                .inGroup(host.group());
    }

    /** The administrator hands over to a peer: as much as {@link #maintenance}. */
    public static DemotionSource failover(String peer, long nowNanos) {
        return of(FAILOVER, "", MOST_VALUE, "handed over to " + peer, nowNanos);
    }

    public DemotionSource inGroup(String changed) {
        return new DemotionSource(name, subject, changed, value, reason, sinceNanos, untilNanos);
    }

    public DemotionSource until(long changedNanos) {
        return new DemotionSource(name, subject, group, value, reason, sinceNanos, changedNanos);
    }

    /** Whether it is a fault of this node, as suppress_preempt counts them, rather than somebody's wish. */
    boolean isProblem() {
        return switch (name) {
            case LINK, SEND_ERRORS, ADDRESSES, ALLOW, PFSYNC_BULK, PFSYNC_LINK -> true;
            default -> false;
        };
    }

    /** Whether it demotes a group; that of the administrator is of all its slots. */
    boolean concerns(String someGroup) {
        return group.isEmpty() || group.equals(someGroup) || someGroup.startsWith(group + ElectedHost.SLOT);
    }

    DemotionSource replacing(DemotionSource earlier) {
        long since = earlier.value == value ? earlier.sinceNanos : sinceNanos;
        return new DemotionSource(name, subject, group, value, reason, since, untilNanos);
    }
}
