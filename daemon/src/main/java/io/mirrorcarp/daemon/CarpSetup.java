// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.Attachment;
import io.mirrorcarp.carp.CarpOptions;
import io.mirrorcarp.carp.VirtualHost;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.election.CarpRules;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.DemotionMode;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.DownTimer;
import io.mirrorcarp.carp.election.ElectionRules;
import io.mirrorcarp.carp.election.PeerRules;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.election.VrrpRules;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.io.VirtualAddress;
import io.mirrorcarp.carp.io.VirtualRoute;
import io.mirrorcarp.carp.packet.BalancingMode;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.daemon.config.AttachmentConfiguration;
import io.mirrorcarp.daemon.config.AuthMode;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the configuration means for the election. */
final class CarpSetup {
    /** Taking an address takes some milliseconds. */
    private static final Duration HANDOVER = Duration.ofMillis(20);

    /** How long a takeover waits for the replication loop's answer: what has arrived is imported by then, or that loop stands still. */
    private static final Duration STATES_LIMIT = Duration.ofMillis(200);

    private static final Duration ANNOUNCE_REFRESH = Duration.ofSeconds(60);

    private CarpSetup() {}

    static CarpOptions options(Configuration configuration, List<DemotionSource> initialDemotion) {
        var global = configuration.global();
        return new CarpOptions(
                global.allow(),
                global.log(),
                global.demotion().ifdown(),
                global.demotion().senderr(),
                initialDemotion);
    }

    static List<VirtualHost> hosts(Configuration configuration) {
        GlobalConfiguration global = configuration.global();
        TakeoverSettings times = TakeoverSettings.AT_ONCE
                .withPreemptDelay(global.takeover().preemptDelay().toNanos())
                .withStartHoldOff(global.takeover().startHoldOff().toNanos());
        // The barrier is what keeps a takeover from running ahead of the states.
        TakeoverSettings takeover =
                configuration.pfsync().isPresent() ? times.withBarrier(STATES_LIMIT.toNanos()) : times;
        return configuration.virtualHosts().stream()
                .flatMap(host -> host.vhids().keySet().stream().map(vhid -> host(host, vhid, global, takeover)))
                .toList();
    }

    /** Each of the carpnodes is a virtual host, and its name ends with its vhid: {@code wan:2}. */
    private static VirtualHost host(
            VirtualHostConfiguration host, int vhid, GlobalConfiguration global, TakeoverSettings takeover) {
        return new VirtualHost(
                host.balancing().isPresent() ? host.name() + ":" + vhid : host.name(),
                host.carpdev(),
                new CarpSettings(
                        vhid,
                        rules(host, vhid, global),
                        global.preempt(),
                        EnumSet.noneOf(io.mirrorcarp.carp.packet.AddressFamily.class),
                        takeover.withAnnounceRefresh(announceRefreshNanos(host.attachment()))
                                .withHandover(handoverNanos(host))),
                auth(host, vhid),
                host.group().orElse(""),
                host.addresses().stream()
                        .map(address -> new VirtualAddress(address.address(), address.length()))
                        .toList(),
                attachment(host, global.arpbalance()));
    }

    private static ElectionRules rules(VirtualHostConfiguration host, int vhid, GlobalConfiguration global) {
        if (host.vrrp().isPresent()) {
            VrrpConfiguration vrrp = host.vrrp().get();
            return new VrrpRules(Protocol.valueOf(vrrp.protocol().name()), vrrp.priority(), vrrp.intervalCentis());
        }
        DemotionMode demotionMode =
                DemotionMode.valueOf(global.demotion().mode().name());
        PeerRules peers = new PeerRules(DownTimer.valueOf(host.downTimer().name()), demotionMode, true);
        return new CarpRules(host.advbase(), Objects.requireNonNull(host.vhids().get(vhid)), peers);
    }

    private static AuthSettings auth(VirtualHostConfiguration host, int vhid) {
        return AuthSettings.of(vhid, key(host.passphrase()))
                .withNextKey(host.nextPassphrase().map(CarpSetup::key).orElse(null))
                .withStrict(host.auth() == AuthMode.STRICT);
    }

    private static CarpKey key(Passphrase passphrase) {
        return CarpKey.ofRaw(passphrase.secret().bytes());
    }

    private static @Nullable IpBalancing balancing(VirtualHostConfiguration host) {
        return host.balancing()
                .map(balancing -> new IpBalancing(
                        BalancingMode.valueOf(balancing.mode().name()),
                        List.copyOf(balancing.carpnodes().keySet())))
                .orElse(null);
    }

    private static Attachment attachment(VirtualHostConfiguration host, boolean arpBalance) {
        AttachmentConfiguration attachment = host.attachment();
        return new Attachment(
                MacMode.valueOf(attachment.mac().name()),
                attachment.peers(),
                attachment.sources(),
                arpBalance,
                attachment.routes().stream()
                        .map(route -> new VirtualRoute(
                                route.destination().address(),
                                route.destination().length(),
                                route.gateway(),
                                route.metric()))
                        .toList(),
                attachment.upDelay().toNanos(),
                attachment.downDelay().toNanos(),
                balancing(host));
    }

    /** Two nodes that answer with MACs of their own would be two hosts with one address, and two that keep the same slot would pass each of its packets twice. */
    private static long handoverNanos(VirtualHostConfiguration host) {
        boolean both = host.attachment().mac() == io.mirrorcarp.daemon.config.MacMode.VIRTUAL
                && host.balancing().isEmpty();
        return both ? HANDOVER.toNanos() : 0;
    }

    /**
     * Advertisements to hosts leave from the carpdev's own MAC. Without frames from the virtual one, switches forget it after 300 s as a rule, and flood.
     */
    private static long announceRefreshNanos(AttachmentConfiguration attachment) {
        return attachment.peers().isEmpty() ? 0 : ANNOUNCE_REFRESH.toNanos();
    }
}
