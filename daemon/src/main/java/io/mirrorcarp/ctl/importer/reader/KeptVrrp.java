// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.daemon.config.Protocol;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import io.mirrorcarp.daemon.config.parser.Durations;
import java.time.Duration;

/** A virtual host that stays in VRRP, beside a router of the old kind: its advertisements must be such that keepalived obeys them. */
final class KeptVrrp {
    private static final double LONGEST_OF_VERSION_2 = 255;
    private static final double SHORTEST_OF_VERSION_3 = 0.01;
    private static final double LONGEST_OF_VERSION_3 = 40.95;
    private static final int MILLIS = 1_000;
    private static final int MILLIS_A_STEP = 10;

    private final Reading reading;
    private final HostDraft host;
    private final boolean ipv6;
    private final Protocol protocol;

    /**
     * Begins.
     *
     * @param version 2 or 3, as the file says; keepalived speaks 3 for IPv6 whatever it says
     * @param first the first address that is advertised, as the file spells it; its family is that of the instance
     */
    KeptVrrp(Reading reading, HostDraft host, int version, String first) {
        this.reading = reading;
        this.host = host;
        ipv6 = isIpv6(first);
        protocol = ipv6 || version == 3 ? Protocol.VRRP3 : Protocol.VRRP2;
    }

    private static boolean isIpv6(String address) {
        return address.contains(":");
    }

    /**
     * Whether an address can be advertised, and tells why not. keepalived drops an advertisement that lists more addresses than it has itself; those
     * of the other family go out in advertisements of their own.
     *
     * @param advertised whether keepalived advertises it
     */
    boolean takes(Place place, String address, boolean advertised) {
        boolean sameFamily = isIpv6(address) == ipv6;
        if (sameFamily && advertised) {
            return true;
        }
        if (sameFamily) {
            reading.leave(
                    place,
                    address,
                    "keepalived does not advertise it, and obeys no advertisement that does: add it to address on all nodes"
                            + " once carpd runs on all");
            return false;
        }
        if (protocol == Protocol.VRRP2) {
            reading.leave(place, address, "VRRP 2 has IPv4 addresses only: give it a virtual host with \"vrrp3\"");
            return false;
        }
        return true;
    }

    /**
     * Sets version, priority and interval, and takes the password away where this version has none.
     *
     * @param priority 1 to 255
     * @param interval in seconds, as the file spells it; what this version cannot say becomes the nearest that it can
     */
    void settle(int priority, String interval, Place place) {
        boolean isTime = VrrpTiming.isTime(interval);
        double wanted = isTime ? Double.parseDouble(interval) : 1;
        Duration nearest = nearest(wanted);
        host.vrrp(new VrrpConfiguration(protocol, priority, nearest));
        if (!isTime || nearest.toMillis() != Math.round(wanted * MILLIS)) {
            String range = protocol == Protocol.VRRP2 ? "whole seconds, 1 to 255" : "0.01 to 40.95 seconds";
            reading.leave(
                    place,
                    "interval " + interval,
                    "interval = \"" + Durations.format(nearest) + "\": this version of VRRP has " + range);
        }
        if (protocol == Protocol.VRRP3 && host.passphrase().length() > 0) {
            host.passphrase(Secret.EMPTY);
            reading.leave(place, "the password", "VRRP 3 has none");
        }
    }

    private Duration nearest(double seconds) {
        if (protocol == Protocol.VRRP2) {
            return Duration.ofSeconds(Math.round(Math.min(LONGEST_OF_VERSION_2, Math.max(1, seconds))));
        }
        double within = Math.min(LONGEST_OF_VERSION_3, Math.max(SHORTEST_OF_VERSION_3, seconds));
        return Duration.ofMillis(Math.round(within * MILLIS / MILLIS_A_STEP) * MILLIS_A_STEP);
    }
}
