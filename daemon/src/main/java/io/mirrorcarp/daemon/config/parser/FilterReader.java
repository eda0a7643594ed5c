// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.conntrack.entry.FlowMark;
import io.mirrorcarp.daemon.config.FilterConfiguration;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.FilterConfiguration.TcpState;
import io.mirrorcarp.daemon.config.parser.TableReader.Item;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the [pfsync.filter] table and the one in it for what is imported. */
final class FilterReader {
    private static final Set<Integer> NEVER = Set.of(112, 240);
    private static final List<Protocol> USUAL_PROTOCOLS =
            List.of(Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6, Protocol.SCTP, Protocol.GRE);
    private static final List<AddressPrefix> LOOPBACK =
            Stream.of("127.0.0.0/8", "::1/128").map(FilterReader::literal).toList();
    private static final Duration MOST_AGE = Duration.ofMinutes(10);

    private final AddressReader addresses;
    private final Findings findings;

    FilterReader(AddressReader addresses, Findings findings) {
        this.addresses = addresses;
        this.findings = findings;
    }

    /** Which flows peers are told of; the caller finishes the table. */
    FilterConfiguration told(TableReader table) {
        return read(table, USUAL_PROTOCOLS, LOOPBACK);
    }

    /** Which flows of peers are taken in: all, where the table is not there. */
    FilterConfiguration taken(TableReader table) {
        FilterConfiguration filter = read(table, List.of(), List.of());
        table.finish();
        return filter;
    }

    private FilterConfiguration read(TableReader table, List<Protocol> protocols, List<AddressPrefix> ignored) {
        FilterConfiguration filter = new FilterConfiguration(
                table.valuesOrNumbers("protocols", "tcp", protocols, this::protocol),
                table.values("address", "10.0.0.0/8", List.of(), addresses::network),
                table.values("ignoreAddress", "127.0.0.0/8", ignored, addresses::network),
                table.valuesOrNumbers("zone", "1", List.of(), this::zone),
                table.valuesOrNumbers("ignoreZone", "1", List.of(), this::zone),
                table.valuesOrNumbers("mark", "0x1/0xff", List.of(), this::mark),
                table.valuesOrNumbers("ignoreMark", "0x1/0xff", List.of(), this::mark),
                table.values("state", "established", List.of(), this::state),
                table.duration("minAge", Duration.ZERO, MOST_AGE, Duration.ZERO));
        if (table.isEmptyList("protocols")) {
            table.fault("protocols", "protocols must name at least one; leave the key out for the usual ones");
        }
        for (String key : List.of("address", "zone", "mark", "state")) {
            if (table.isEmptyList(key)) {
                table.fault(key, key + " must name at least one; leave the key out for all");
            }
        }
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

    private Optional<Integer> zone(Item item) {
        if (item.text().matches("[0-9]{1,5}") && Integer.parseInt(item.text()) <= 0xffff) {
            return Optional.of(Integer.valueOf(item.text()));
        }
        findings.fault(item.location(), "\"" + item.text() + "\" is no conntrack zone: use a number from 0 to 65535");
        return Optional.empty();
    }

    private Optional<FlowMark> mark(Item item) {
        Optional<FlowMark> mark = FlowMark.of(item.text());
        if (mark.isEmpty()) {
            findings.fault(
                    item.location(),
                    "\"" + item.text()
                            + "\" is no mark: use VALUE or VALUE/MASK with all bits of the value in the mask,"
                            + " such as 16 or \"0x10/0xff\"");
        }
        return mark;
    }

    private Optional<TcpState> state(Item item) {
        Optional<TcpState> state = TcpState.of(item.text());
        if (state.isEmpty()) {
            findings.fault(
                    item.location(),
                    "there is no TCP state \"" + item.text() + "\": "
                            + TableReader.suggestion(item.text(), TcpState.names()));
        }
        return state;
    }

    private static AddressPrefix literal(String text) {
        String[] parts = text.split("/", 2);
        return new AddressPrefix(AddressText.parse(parts[0]).orElseThrow(), Integer.parseInt(parts[1]));
    }
}
