// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.SyncDraft;
import java.util.Set;

/** CARP's and pfsync's words of ifconfig(8) into the draft. */
final class CarpSettings {
    /** They say nothing that carpd would have to know. */
    private static final Set<String> SILENT = Set.of(
            "inet",
            "inet6",
            "alias",
            "up",
            "create",
            "add",
            "netmask",
            "broadcast",
            "vhid",
            "carpdev",
            "mcast",
            "mcast6");

    private final Reading reading;
    private final Place place;

    CarpSettings(Reading reading, Place place) {
        this.reading = reading;
        this.place = place;
    }

    /** The settings of a virtual host, its vhid and carpdev excepted. */
    void host(IfconfigWords words, HostDraft host) {
        for (String key : words.keys()) {
            String value = words.value(key);
            Place at = words.place(key, place);
            switch (key) {
                case "advbase" -> reading.number(at, key, value, 0, 255).ifPresent(host::advbase);
                case "advskew" -> reading.number(at, key, value, 0, 254).ifPresent(host::advskew);
                case "pass" -> reading.passphrase(host, at, value);
                case "carppeer", "peer", "peer6" -> reading.peer(at, key, value).ifPresent(host.peers()::add);
                case "state" ->
                    reading.leave(
                            at, "state " + value, "carpd starts as BACKUP, and the lowest advskew becomes MASTER");
                case "group" ->
                    reading.leave(
                            at,
                            "group",
                            "a group of interfaces; carpd's groups are virtual hosts that fail over together");
                case "carpnodes", "balancing" -> {
                    // The reader of the file splits them.
                }
                case "description", "descr" -> host.description(value);
                default -> {
                    if (!SILENT.contains(key)) {
                        reading.leave(at, key, "carpd has nothing like it");
                    }
                }
            }
        }
        words.addresses()
                .forEach(address -> reading.addAddress(host, address.place(), address.text(), address.length()));
        if (host.advbase() == 0 && host.advskew() == 0) {
            reading.leave(place, "advbase 0 with advskew 0", "no interval at all: advskew = 1");
            host.advskew(1);
        }
    }

    /** The settings of a pfsync interface. */
    void sync(IfconfigWords words) {
        SyncDraft sync = reading.sync(place);
        for (String key : words.keys()) {
            String value = words.value(key);
            Place at = words.place(key, place);
            switch (key) {
                case "syncdev", "syncif" -> sync.syncdev(value);
                case "syncpeer" -> reading.peer(at, key, value).ifPresent(sync.peers()::add);
                case "maxupd" -> reading.number(at, key, value, 0, 255).ifPresent(sync::maxupd);
                case "defer" ->
                    reading.leave(
                            at,
                            key,
                            "no packet waits for the peer: let both directions of a connection pass the same node");
                case "-defer" -> {
                    // What carpd does.
                }
                default -> {
                    if (!SILENT.contains(key)) {
                        reading.leave(at, key, "carpd has nothing like it");
                    }
                }
            }
        }
    }
}
