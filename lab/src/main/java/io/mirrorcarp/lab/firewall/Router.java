// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import io.mirrorcarp.lab.net.LabHost;

/** A host made a router: addresses on wan0, lan0 and sync0, forwarding, packet filter and strict connection tracking. */
public final class Router {
    private final LabHost host;
    private final RouterPlan plan;

    /** Sets up a host whose three cables are laid. */
    public Router(LabHost host, RouterPlan plan) {
        this.host = host;
        this.plan = plan;
        setUp();
    }

    /** The host underneath. */
    public LabHost host() {
        return host;
    }

    /** The router's fixed addresses. */
    public RouterPlan plan() {
        return plan;
    }

    /** Power loss: see {@link LabHost#powerOff}. */
    public void powerOff() {
        host.powerOff();
    }

    /** Power returns: a new kernel state, then the router's own settings, as at boot. */
    public void powerOn() {
        host.reboot();
        setUp();
    }

    private void setUp() {
        host.address("wan0", plan.wan());
        host.address("lan0", plan.lan());
        host.address("sync0", plan.sync());
        host.nft(PacketFilter.STRICT);
        host.sysctl(
                "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1",
                "net.netfilter.nf_conntrack_events=1",
                "net.netfilter.nf_conntrack_tcp_loose=0");
    }
}
