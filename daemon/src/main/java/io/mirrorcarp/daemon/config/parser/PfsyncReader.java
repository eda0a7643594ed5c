// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.HoldMode;
import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.Transport;
import io.mirrorcarp.daemon.config.parser.TableReader.Item;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the [pfsync] table. */
final class PfsyncReader {
    private static final List<InetAddress> GROUPS = Stream.of("224.0.0.240", "ff12::f0")
            .map(group -> AddressText.parse(group).orElseThrow())
            .toList();
    private static final int MAXIMUM_KEY_ID = 255;
    private static final String SYNCDEV = "syncdev";
    private static final int MAXIMUM_PATHS = 4;

    private final InterfaceCheck interfaces;
    private final KeyFileReader keyFiles;
    private final AddressReader addresses;
    private final FilterReader filters;
    private final Findings findings;

    PfsyncReader(InterfaceCheck interfaces, KeyFileReader keyFiles, AddressReader addresses, Findings findings) {
        this.interfaces = interfaces;
        this.keyFiles = keyFiles;
        this.addresses = addresses;
        this.findings = findings;
        filters = new FilterReader(addresses, findings);
    }

    Optional<PfsyncConfiguration> read(TableReader table) {
        if (!table.isPresent()) {
            return Optional.empty();
        }
        List<String> syncdevs = syncdevs(table);
        List<InetAddress> syncpeers = table.values("syncpeer", "192.0.2.2", List.of(), this::syncpeer);
        Transport transport = transport(table, syncpeers);
        SortedMap<Integer, KeyFile> keys = keys(table);
        refuseDefer(table);
        TableReader filter = table.table("filter", "[pfsync.filter]");
        PfsyncConfiguration pfsync = new PfsyncConfiguration(
                syncdevs,
                syncpeers,
                transport,
                keys,
                activeKey(table),
                table.integer("maxupd", 0, 255, 128),
                table.choice("hold", HoldMode.OFF),
                table.duration("bulkTimeout", Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofSeconds(30)),
                filters.told(filter),
                filters.taken(filter.table("import", "[pfsync.filter.import]")));
        if (pfsync.hold() == HoldMode.AUTO && !pfsync.filter().minAge().isZero()) {
            table.fault(
                    "hold",
                    "hold = \"auto\" and minAge cannot be together: a packet waits 20 ms for the state, which is told after"
                            + " minAge; remove one of them");
        }
        filter.finish();
        table.finish();
        return Optional.of(pfsync);
    }

    /** One device, or a list of them. */
    private List<String> syncdevs(TableReader table) {
        if (!table.isList(SYNCDEV)) {
            return List.of(interfaces.read(table, SYNCDEV, "eth2"));
        }
        List<String> devices = interfaces.readList(table, SYNCDEV, "eth2", findings);
        if (devices.isEmpty() || devices.size() > MAXIMUM_PATHS) {
            table.fault(
                    SYNCDEV,
                    SYNCDEV + " must name 1 to " + MAXIMUM_PATHS + " devices, such as [\"sync0\", \"lan0\"], not "
                            + devices.size());
        }
        return devices;
    }

    private Transport transport(TableReader table, List<InetAddress> syncpeers) {
        Transport transport = table.choice("transport", Transport.IP);
        if (transport == Transport.UDP && syncpeers.stream().anyMatch(InetAddress::isMulticastAddress)) {
            table.fault("syncpeer", "with transport = \"udp\" frames go to hosts: name the peers' addresses, no group");
        } else if (transport == Transport.UDP && !table.has("syncpeer")) {
            table.fault("transport", "transport = \"udp\" needs syncpeer: the addresses of the peers");
        }
        return transport;
    }

    /** pf's defer holds the first packet of every connection until the peer has its state; hold takes its place. Files that turn it off are taken as they are. */
    private void refuseDefer(TableReader table) {
        if (table.bool("defer", false)) {
            table.fault(
                    "defer",
                    "defer can only be false: use hold = \"auto\" in its place, which holds only the packets that outrun"
                            + " their state");
        }
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
}
