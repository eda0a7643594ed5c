// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.AddressPrefix;
import io.mirrorcarp.daemon.config.AddressText;
import io.mirrorcarp.daemon.config.FilterConfiguration;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.parser.TableReader.Item;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the [pfsync] table. */
final class PfsyncReader {
    private static final Set<Integer> NEVER = Set.of(112, 240);
    private static final List<Protocol> DEFAULT_PROTOCOLS =
            List.of(Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6, Protocol.SCTP, Protocol.GRE);
    private static final List<AddressPrefix> LOOPBACK =
            Stream.of("127.0.0.0/8", "::1/128").map(PfsyncReader::literal).toList();
    private static final List<InetAddress> GROUPS = Stream.of("224.0.0.240", "ff12::f0")
            .map(group -> AddressText.parse(group).orElseThrow())
            .toList();
    private static final int MAXIMUM_KEY_ID = 255;

    private final InterfaceCheck interfaces;
    private final KeyFileReader keyFiles;
    private final AddressReader addresses;
    private final Findings findings;

    PfsyncReader(InterfaceCheck interfaces, KeyFileReader keyFiles, AddressReader addresses, Findings findings) {
        this.interfaces = interfaces;
        this.keyFiles = keyFiles;
        this.addresses = addresses;
        this.findings = findings;
    }

    Optional<PfsyncConfiguration> read(TableReader table) {
        if (!table.isPresent()) {
            return Optional.empty();
        }
        String syncdev = interfaces.read(table, "syncdev", "eth2");
        List<InetAddress> syncpeers = table.values("syncpeer", "192.0.2.2", List.of(), this::syncpeer);
        SortedMap<Integer, KeyFile> keys = keys(table);
        PfsyncConfiguration pfsync = new PfsyncConfiguration(
                syncdev,
                syncpeers,
                keys,
                activeKey(table),
                table.bool("defer", false),
                table.integer("maxupd", 0, 255, 128),
                table.duration("bulkTimeout", Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofSeconds(30)),
                filter(table.table("filter", "[pfsync.filter]")));
        table.finish();
        return Optional.of(pfsync);
    }

    /** A peer's address, or one of pfsync's groups: so IPv6 multicast is asked for, as in FreeBSD. */
    private Optional<InetAddress> syncpeer(Item item) {
        Optional<InetAddress> group = AddressText.parse(item.text()).filter(InetAddress::isMulticastAddress);
        if (group.isEmpty() || GROUPS.contains(group.get())) {
            return group.isPresent() ? group : addresses.host(item);
        }
        findings.fault(
                item.location(),
                "\"" + item.text() + "\" is not a group of pfsync: use 224.0.0.240, or ff12::f0 for IPv6");
        return Optional.empty();
    }

    private SortedMap<Integer, KeyFile> keys(TableReader pfsync) {
        SortedMap<Integer, KeyFile> keys = new TreeMap<>();
        TableReader table = pfsync.table("keys", "pfsync.keys");
        for (String id : table.keysInOrder()) {
            Optional<KeyFile> key = keyFiles.key(table, id);
            if (isKeyId(id)) {
                key.ifPresent(file -> keys.put(Integer.valueOf(id), file));
            } else {
                table.fault(id, "\"" + id + "\" is not a key id: use a whole number from 1 to " + MAXIMUM_KEY_ID);
            }
        }
        if (!pfsync.has("keys") || (table.isPresent() && table.keysInOrder().isEmpty())) {
            pfsync.fault(
                    "keys",
                    "[pfsync] needs a key, for example keys = { 1 = \"sync.key\" }; carpctl key new writes one");
        }
        return keys;
    }

    private int activeKey(TableReader pfsync) {
        int active = pfsync.integer("activeKey", 1, MAXIMUM_KEY_ID, 0);
        List<String> ids = pfsync.table("keys", "pfsync.keys").keysInOrder();
        if (active == 0 && !pfsync.has("activeKey") && ids.size() == 1) {
            return isKeyId(ids.get(0)) ? Integer.parseInt(ids.get(0)) : 0;
        }
        if (!pfsync.has("activeKey") && ids.size() > 1) {
            pfsync.fault("keys", "with several keys [pfsync] needs activeKey: the id of the one that seals");
        } else if (active != 0 && !ids.contains(Integer.toString(active))) {
            pfsync.fault("activeKey", "there is no key " + active + " in keys: there is " + String.join(", ", ids));
        }
        return active;
    }

    private static boolean isKeyId(String text) {
        return text.matches("[1-9][0-9]{0,2}") && Integer.parseInt(text) <= MAXIMUM_KEY_ID;
    }

    private FilterConfiguration filter(TableReader table) {
        FilterConfiguration filter = new FilterConfiguration(
                table.valuesOrNumbers("protocols", "tcp", DEFAULT_PROTOCOLS, this::protocol),
                table.values("ignoreAddress", "127.0.0.0/8", LOOPBACK, addresses::network));
        if (table.isEmptyList("protocols")) {
            table.fault("protocols", "protocols must name at least one; leave the key out for the usual ones");
        }
        table.finish();
        return filter;
    }

    private Optional<Protocol> protocol(Item item) {
        Optional<Protocol> protocol = Protocol.of(item.text());
        if (protocol.isEmpty()) {
            findings.fault(
                    item.location(),
                    "there is no protocol \"" + item.text() + "\": "
                            + TableReader.suggestion(item.text(), Protocol.names()) + ", or a number from 0 to 255");
        } else if (NEVER.contains(protocol.get().number())) {
            findings.fault(
                    item.location(),
                    "protocol " + protocol.get().number()
                            + " is never replicated: 112 is CARP and VRRP, 240 is pfsync");
            return Optional.empty();
        }
        return protocol;
    }

    private static AddressPrefix literal(String text) {
        String[] parts = text.split("/", 2);
        return new AddressPrefix(AddressText.parse(parts[0]).orElseThrow(), Integer.parseInt(parts[1]));
    }
}
