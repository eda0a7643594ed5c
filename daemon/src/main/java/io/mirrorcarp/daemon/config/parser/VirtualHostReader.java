// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.daemon.config.AttachmentConfiguration;
import io.mirrorcarp.daemon.config.AuthMode;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the [carp.NAME] tables. */
final class VirtualHostReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

    private static final Duration LONGEST_DELAY = Duration.ofHours(1);

    private final GlobalConfiguration global;
    private final InterfaceCheck interfaces;
    private final KeyFileReader keyFiles;
    private final AddressReader addresses;
    private final RouteReader routes;

    VirtualHostReader(
            GlobalConfiguration global,
            InterfaceCheck interfaces,
            KeyFileReader keyFiles,
            AddressReader addresses,
            RouteReader routes) {
        this.global = global;
        this.interfaces = interfaces;
        this.keyFiles = keyFiles;
        this.addresses = addresses;
        this.routes = routes;
    }

    List<VirtualHostConfiguration> readAll(TableReader carp) {
        List<VirtualHostConfiguration> hosts = new ArrayList<>();
        for (String name : carp.keysInOrder()) {
            TableReader table = carp.table(name, "[carp." + name + "]");
            if (table.isPresent()) {
                if (!NAME.matcher(name).matches()) {
                    carp.fault(
                            name, "\"" + name + "\" cannot be a name: use up to 32 letters, digits, '.', '_' and '-'");
                }
                hosts.add(read(name, table));
            }
        }
        return hosts;
    }

    private VirtualHostConfiguration read(String name, TableReader table) {
        BalancingReader balancingReader = new BalancingReader(table);
        Optional<BalancingConfiguration> balancing = balancingReader.read();
        int vhid = balancing
                .map(of -> table.integer("vhid", 1, 255, of.leader()))
                .orElseGet(() -> table.requiredInteger("vhid", 1, 255));
        String carpdev = interfaces.readCarpdev(table, table.bool("hotplug", false));
        VrrpReader vrrpReader = new VrrpReader(table);
        Optional<VrrpConfiguration> vrrp = vrrpReader.read();
        int advbase = table.integer("advbase", 0, 255, global.advbase());
        int advskew = table.integer(
                "advskew",
                0,
                254,
                balancing.map(BalancingConfiguration::leaderSkew).orElse(0));
        if (vrrp.isEmpty() && balancing.isEmpty() && advbase == 0 && advskew == 0) {
            table.fault(
                    table.has("advskew") ? "advskew" : "advbase",
                    "an advbase of 0 needs an advskew from 1 to 254: it is the interval then, in 256ths of a second");
        }
        List<AddressPrefix> virtual = table.values("address", "203.0.113.1/24", List.of(), addresses::virtualAddress);
        Passphrase passphrase =
                vrrp.map(of -> vrrpReader.passphrase(of, keyFiles)).orElseGet(() -> keyFiles.passphrase(table));
        vrrp.ifPresent(of -> vrrpReader.checkAddresses(of, virtual));
        AttachmentConfiguration attachment = attachment(table, virtual);
        balancing.ifPresent(
                of -> balancingReader.check(of, vhid, advskew, advbase, attachment.mac(), global.arpbalance()));
        VirtualHostConfiguration host = new VirtualHostConfiguration(
                name,
                vhid,
                carpdev,
                advbase,
                advskew,
                balancing,
                table.choice("downTimer", global.downTimer()),
                vrrp,
                passphrase,
                vrrp.isPresent() ? Optional.empty() : keyFiles.nextPassphrase(table, passphrase),
                virtual,
                attachment,
                table.group(),
                table.choice("auth", AuthMode.COMPATIBLE));
        if (!table.has("address") || table.isEmptyList("address")) {
            table.fault("address", table.name() + " needs an address, for example address = [\"203.0.113.1/24\"]");
        }
        table.finish();
        return host;
    }

    private AttachmentConfiguration attachment(TableReader table, List<AddressPrefix> virtual) {
        MacMode mac = table.choice("mac", MacMode.VIRTUAL);
        if (mac == MacMode.INTERFACE && global.arpbalance()) {
            table.fault("mac", "arpbalance answers with virtual MACs: mac must be \"virtual\" with it");
        }
        List<InetAddress> sources = table.values("source", "203.0.113.2", List.of(), addresses::host);
        if (sources.stream().map(InetAddress::getClass).distinct().count() < sources.size()) {
            table.fault("source", "source takes one IPv4 and one IPv6 address at most");
        }
        return new AttachmentConfiguration(
                mac,
                table.values("peer", "203.0.113.3", List.of(), addresses::peer),
                sources,
                table.values("route", "default via 203.0.113.6", List.of(), item -> routes.route(item, virtual)),
                table.bool("hotplug", false),
                table.duration("upDelay", Duration.ZERO, LONGEST_DELAY, Duration.ZERO),
                table.duration("downDelay", Duration.ZERO, LONGEST_DELAY, Duration.ZERO));
    }
}
