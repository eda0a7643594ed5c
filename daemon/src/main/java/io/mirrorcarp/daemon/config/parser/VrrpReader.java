// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.Protocol;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code protocol} of a [carp.NAME] table, and the keys that VRRP has in the place of CARP's. */
final class VrrpReader {
    private static final Duration STEP_OF_VERSION_2 = Duration.ofSeconds(1);
    private static final Duration LONGEST_OF_VERSION_2 = Duration.ofSeconds(255);
    private static final Duration STEP_OF_VERSION_3 = Duration.ofMillis(10);
    private static final Duration LONGEST_OF_VERSION_3 = Duration.ofMillis(40_950);
    private static final int MOST_IPV4 = 255;
    /** As many as an advertisement of 1500 bytes holds. */
    private static final int MOST_IPV6 = 90;

    private static final int PASSWORD_BYTES = 8;

    private final TableReader table;

    VrrpReader(TableReader table) {
        this.table = table;
    }

    /** Empty with CARP. */
    Optional<VrrpConfiguration> read() {
        Protocol protocol = table.choice("protocol", Protocol.CARP);
        boolean hasPriority = table.has("priority");
        boolean hasInterval = table.has("interval");
        if (protocol == Protocol.CARP) {
            if (hasPriority) {
                table.fault("priority", "priority is VRRP's: set protocol = \"vrrp3\", or use advskew");
            }
            if (hasInterval) {
                table.fault("interval", "interval is VRRP's: set protocol = \"vrrp3\", or use advbase");
            }
            return Optional.empty();
        }
        refuse("advbase", "use interval");
        refuse("advskew", "use priority, of which the highest is preferred");
        refuse("downTimer", "the master's interval and the priority make the time");
        refuse("nextPassFile", "leave it out");
        refuse("auth", "VRRP proves nothing");
        refuse("balancing", "one router has all packets");
        refuse("carpnodes", "leave them out");
        return Optional.of(new VrrpConfiguration(
                protocol, table.integer("priority", 1, 255, VrrpConfiguration.DEFAULT_PRIORITY), interval(protocol)));
    }

    private void refuse(String key, String instead) {
        if (table.has(key)) {
            table.fault(key, key + " is CARP's, and this virtual host speaks VRRP: " + instead);
        }
    }

    private Duration interval(Protocol protocol) {
        boolean version2 = protocol == Protocol.VRRP2;
        Duration step = version2 ? STEP_OF_VERSION_2 : STEP_OF_VERSION_3;
        Duration longest = version2 ? LONGEST_OF_VERSION_2 : LONGEST_OF_VERSION_3;
        Duration usual = Duration.ofSeconds(1);
        Duration interval = table.duration("interval", step, longest, usual);
        if (interval.toNanos() % step.toNanos() != 0) {
            table.fault(
                    "interval",
                    "interval must be " + (version2 ? "whole seconds with VRRP 2" : "a multiple of 10ms") + ", not "
                            + Durations.format(interval));
            return usual;
        }
        return interval;
    }

    /** Names what VRRP cannot carry of the addresses. */
    void checkAddresses(VrrpConfiguration vrrp, List<AddressPrefix> addresses) {
        long ipv4 = addresses.stream()
                .filter(one -> one.address() instanceof Inet4Address)
                .count();
        long ipv6 = addresses.size() - ipv4;
        if (vrrp.protocol() == Protocol.VRRP2 && ipv6 > 0) {
            table.fault("address", "VRRP 2 has IPv4 addresses only: set protocol = \"vrrp3\" for IPv6");
        }
        if (ipv4 > MOST_IPV4 || ipv6 > MOST_IPV6) {
            table.fault(
                    "address",
                    "a VRRP advertisement has room for " + MOST_IPV4 + " IPv4 and " + MOST_IPV6
                            + " IPv6 addresses: give the others another vhid");
        }
    }

    /** Version 3 has none; that of version 2 is in clear. */
    Passphrase passphrase(VrrpConfiguration vrrp, KeyFileReader keyFiles) {
        boolean given = table.has("pass") || table.has("passFile");
        if (!given) {
            return Passphrase.NONE;
        }
        if (vrrp.protocol() == Protocol.VRRP3) {
            table.fault(
                    table.has("passFile") ? "passFile" : "pass",
                    "VRRP 3 has no passphrase: leave it out; everyone on the network can send its advertisements");
            return Passphrase.NONE;
        }
        Passphrase passphrase = keyFiles.passphrase(table);
        if (passphrase.secret().length() > PASSWORD_BYTES) {
            table.warn(
                    table.has("passFile") ? "passFile" : "pass",
                    "only the first " + PASSWORD_BYTES + " bytes of the password count with VRRP 2, and everyone on the"
                            + " network can read them");
        }
        return passphrase;
    }
}
