// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.source.XmlElement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code vip} elements of pfSense and OPNsense: CARP addresses, and aliases that ride on one. */
final class VirtualIps {
    /** Read here, or words for people and for the firewall's own pages. */
    private static final Set<String> KNOWN = Set.of(
            "mode",
            "interface",
            "vhid",
            "advskew",
            "advbase",
            "password",
            "peer",
            "peer6",
            "carp_peer",
            "carp_mode",
            "subnet",
            "subnet_bits",
            "type",
            "descr",
            "uniqid");

    private final Reading reading;
    private final Map<String, String> devices;
    private final Map<String, HostDraft> byId = new HashMap<>();

    VirtualIps(Reading reading, Map<String, String> devices) {
        this.reading = reading;
        this.devices = devices;
    }

    void read(List<XmlElement> vips) {
        vips.stream().filter(vip -> vip.value("mode").equals("carp")).forEach(this::carp);
        vips.stream().filter(vip -> !vip.value("mode").equals("carp")).forEach(this::other);
    }

    private void carp(XmlElement vip) {
        OptionalInt vhid = reading.number(vip.place(), "vhid", vip.value("vhid"), 1, 255);
        if (vhid.isEmpty()) {
            reading.leave(vip.place(), shown(vip), "left out: it has no vhid from 1 to 255");
            return;
        }
        HostDraft host = reading.host(vip.place(), device(vip.value("interface")), vhid.getAsInt());
        host.name(vip.value("interface"));
        if (!vip.value("advskew").isEmpty()) {
            reading.number(vip.place(), "advskew", vip.value("advskew"), 0, 254).ifPresent(host::advskew);
        }
        if (!vip.value("advbase").isEmpty()) {
            reading.number(vip.place(), "advbase", vip.value("advbase"), 1, 254).ifPresent(host::advbase);
        }
        if (!vip.value("password").isEmpty()) {
            reading.passphrase(host, vip.place(), vip.value("password"));
        }
        for (String key : List.of("peer", "peer6", "carp_peer")) {
            String peer = vip.value(key);
            boolean multicast = peer.equals("224.0.0.18") || peer.equalsIgnoreCase("ff02::12");
            if (!peer.isEmpty() && !multicast && !vip.value("carp_mode").equals("mcast")) {
                reading.host(vip.place(), key, peer).ifPresent(host.peers()::add);
            }
        }
        if (host.description().isEmpty()) {
            host.description(vip.value("descr"));
        }
        leaveUnknown(vip);
        address(vip, host);
        byId.put("_vip" + vip.value("uniqid"), host);
        byId.put(vip.value("interface") + "_vip" + vhid.getAsInt(), host);
        byId.put("vip" + vhid.getAsInt(), host);
    }

    private static String shown(XmlElement vip) {
        return vip.value("mode") + " " + vip.value("subnet") + "/" + vip.value("subnet_bits") + " on "
                + vip.value("interface");
    }

    private void leaveUnknown(XmlElement vip) {
        vip.children().stream()
                .filter(child -> !KNOWN.contains(child.name()) && !child.text().matches("0?"))
                .forEach(child -> reading.leave(child.place(), child.name(), "carpd has nothing like it"));
    }

    private void address(XmlElement vip, HostDraft host) {
        int whole = vip.value("subnet").contains(":") ? 128 : 32;
        reading.addAddress(host, vip.place(), vip.value("subnet"), Prefixes.length(vip.value("subnet_bits"), whole));
    }

    private void other(XmlElement vip) {
        HostDraft parent = vip.value("mode").equals("ipalias") ? parent(vip) : null;
        if (parent != null) {
            address(vip, parent);
            if (!vip.value("descr").isEmpty()) {
                reading.leave(vip.place(), "descr " + vip.value("descr"), "an address has no description of its own");
            }
        } else {
            reading.leave(
                    vip.place(),
                    shown(vip),
                    "not a CARP address: put it on the interface yourself, or into the address of a virtual host");
        }
    }

    /** pfSense names the CARP address as the interface of the alias; OPNsense gives the alias its vhid. */
    private @Nullable HostDraft parent(XmlElement alias) {
        HostDraft named = byId.get(alias.value("interface"));
        if (named != null || alias.value("vhid").isEmpty()) {
            return named;
        }
        return byId.get(alias.value("interface") + "_vip" + alias.value("vhid"));
    }

    private String device(String name) {
        return devices.getOrDefault(name, name);
    }
}
