// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** What the faults of a node cost: each has a source of demotion, for those that it concerns. */
final class NodeFaults {
    private final NodeDemotion demotion;
    private int linkDemotion;
    private int faultDemotion;

    NodeFaults(NodeSettings settings, NodeDemotion demotion) {
        this.demotion = demotion;
        setDemotions(settings.linkDemotion(), settings.faultDemotion());
    }

    /** What a carpdev without link adds from now on, and what the other faults do. */
    final void setDemotions(int link, int other) {
        linkDemotion = link;
        faultDemotion = other;
    }

    /** With allow 0 the node is demoted as if a link were down, as on FreeBSD. */
    void onAllow(boolean allow, long nowNanos) {
        String reason = "net.inet.carp.allow is " + (allow ? 1 : 0);
        if (allow) {
            demotion.clear(DemotionSource.ALLOW, "", "", reason);
        } else {
            demotion.raise(DemotionSource.of(DemotionSource.ALLOW, "", linkDemotion, reason, nowNanos));
        }
    }

    /** The addresses of a virtual host cannot be taken. */
    void unable(ElectedHost host, String reason, long nowNanos) {
        demotion.raise(DemotionSource.of(DemotionSource.ADDRESSES, host.subject(), faultDemotion, reason, nowNanos)
                .inGroup(host.group()));
    }

    void able(ElectedHost host, String reason) {
        demotion.clear(DemotionSource.ADDRESSES, host.subject(), host.group(), reason);
    }

    void linkDown(CarpdevElection carpdev, long nowNanos) {
        raise(DemotionSource.LINK, carpdev, linkDemotion, "interface down", nowNanos);
    }

    void linkUp(CarpdevElection carpdev) {
        clear(DemotionSource.LINK, carpdev, "interface up");
    }

    void sendingBroken(CarpdevElection carpdev, String error, long nowNanos) {
        String reason = "send error " + error + " on " + carpdev.name();
        raise(DemotionSource.SEND_ERRORS, carpdev, faultDemotion, reason, nowNanos);
    }

    void sendingRepaired(CarpdevElection carpdev) {
        clear(DemotionSource.SEND_ERRORS, carpdev, "send ok on " + carpdev.name());
    }

    private void raise(String source, CarpdevElection carpdev, int value, String reason, long nowNanos) {
        DemotionSource raised = DemotionSource.of(source, carpdev.name(), value, reason, nowNanos);
        carpdev.groups().forEach(group -> demotion.raise(raised.inGroup(group)));
    }

    private void clear(String source, CarpdevElection carpdev, String reason) {
        carpdev.groups().forEach(group -> demotion.clear(source, carpdev.name(), group, reason));
    }
}
