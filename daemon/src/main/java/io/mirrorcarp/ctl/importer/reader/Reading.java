// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.source.SourceTree;
import io.mirrorcarp.ctl.importer.source.Statement;
import io.mirrorcarp.daemon.config.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * What every reader needs: where files come from, the draft, and the values that all these tools share. A value that is none is left over with its place
 * and what would be right.
 *
 * @param nodeName the short name of the node that is imported for, which some files ask for
 */
public record Reading(SourceTree tree, Draft draft, String nodeName) {
    void leave(Place place, String what, String why) {
        draft.leave(place, what, why);
    }

    /** Tells of a value that a shell would expand. It may be a password, and is not shown. */
    void leaveToShell(Place place, String what, String value) {
        if (value.matches("(?s).*(\\$[A-Za-z_{(]|`).*")) {
            leave(place, what, "a shell puts something else in place of its $ or `, which this file does not tell");
        }
    }

    /** Tells of a statement, and of the lines in its braces. */
    void leave(Statement statement, String what, String why) {
        leave(statement.place(), what, why);
        List<Place> inside = new ArrayList<>();
        places(statement.block(), inside);
        leaveRest(inside, "in the braces of " + what);
    }

    private static void places(List<Statement> statements, List<Place> places) {
        for (Statement statement : statements) {
            places.add(statement.place());
            places(statement.block(), places);
        }
    }

    /** Notes that what a line says is carried over, or is what carpd does anyway. */
    void take(Place place) {
        draft.take(place);
    }

    /**
     * Tells of all that nothing was taken from, in one sentence for each file, so that no line is dropped without a word.
     *
     * @param statements where each statement of one file begins, in its order
     */
    void leaveRest(List<Place> statements, String why) {
        Optional<Place> first = statements.stream()
                .filter(place -> !draft.isAccountedFor(place))
                .findFirst();
        if (first.isPresent()) {
            String lines = lines(statements, place -> !draft.isAccountedFor(place));
            leave(first.get(), lines, why);
        }
    }

    /** The lines of some statements among all, as {@code lines 3 to 7, 9}. */
    static String lines(List<Place> statements, Predicate<Place> wanted) {
        List<String> ranges = new ArrayList<>();
        int from = 0;
        int last = 0;
        for (Place place : statements) {
            boolean isWanted = wanted.test(place);
            if (isWanted) {
                from = from == 0 ? place.line() : from;
                last = place.line();
            } else if (from != 0) {
                ranges.add(range(from, last));
                from = 0;
            }
        }
        if (from != 0) {
            ranges.add(range(from, last));
        }
        String lines = String.join(", ", ranges);
        return (lines.matches("\\d+") ? "line " : "lines ") + lines;
    }

    private static String range(int from, int to) {
        return from == to ? Integer.toString(from) : from + " to " + to;
    }

    /** A whole number in a range; where it is none it is left over. */
    OptionalInt number(Place place, String key, String text, int minimum, int maximum) {
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= minimum && number <= maximum) {
                return OptionalInt.of(number);
            }
        }
        leave(place, key + " " + text, "not a whole number from " + minimum + " to " + maximum);
        return OptionalInt.empty();
    }

    /** The address of a host, without a prefix length. */
    Optional<InetAddress> host(Place place, String key, String text) {
        return peer(place, key, text).filter(address -> {
            if (address.isMulticastAddress()) {
                leave(place, key + " " + text, "a group, and not the address of a host");
            }
            return !address.isMulticastAddress();
        });
    }

    /** The same, or a multicast group. */
    Optional<InetAddress> peer(Place place, String key, String text) {
        Optional<InetAddress> address = AddressText.parse(text);
        if (address.isEmpty()) {
            leave(place, key + " " + text, "not an IP address; a name is never looked up");
            return address;
        }
        boolean possible = address.get().isMulticastAddress()
                || new AddressPrefix(address.get(), address.get().getAddress().length * 8).isHost();
        if (!possible) {
            leave(place, key + " " + text, "no host has such an address");
        }
        return possible ? address : Optional.empty();
    }

    /** A virtual address, as {@code 192.0.2.1}, {@code 192.0.2.1/24}, or with a mask after the slash; without a length it has the one given. */
    Optional<AddressPrefix> virtualAddress(Place place, String text, OptionalInt length) {
        Optional<AddressPrefix> prefix = Prefixes.parse(text, length);
        if (prefix.isEmpty()) {
            leave(place, text, "not an IP address");
            return prefix;
        }
        Optional<String> problem = prefix.get().virtualAddressProblem();
        problem.ifPresent(reason -> leave(place, text, "it " + reason));
        return problem.isPresent() ? Optional.empty() : prefix;
    }

    /** Adds a virtual address to a host, unless it has it. */
    void addAddress(HostDraft host, Place place, String text, OptionalInt length) {
        virtualAddress(place, text, length)
                .filter(prefix -> !host.addresses().contains(prefix))
                .ifPresent(host.addresses()::add);
    }

    /** Sets the passphrase, which is shown nowhere. */
    void passphrase(HostDraft host, Place place, String text) {
        if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            leave(place, "the password", "it has more than one line");
        } else {
            Secret secret = Secret.of(text.getBytes(StandardCharsets.UTF_8));
            if (host.passphrase().length() > 0 && !host.passphrase().equals(secret)) {
                leave(place, "the password", "another one than before for the same virtual host: this one counts");
            }
            host.passphrase(secret);
        }
    }

    /** One of several settings of preempt that are one in carpd: on where they differ. */
    void preempt(Place place, boolean on) {
        if (draft.preempt().isPresent() && draft.preempt().get() != on) {
            leave(place, "preempt", "it is one setting for all virtual hosts, and stays on since not all have it off");
        }
        draft.preempt(on || draft.preempt().orElse(false));
    }

    /** The state channel of the draft, begun here where there is none. */
    SyncDraft sync(Place place) {
        if (draft.sync().isEmpty()) {
            draft.sync(new SyncDraft(place));
        }
        return draft.sync().orElseThrow();
    }

    /** Adds a new virtual host to the draft. */
    HostDraft newHost(Place place, String name) {
        HostDraft host = new HostDraft(place, name);
        draft.hosts().add(host);
        return host;
    }

    /** The virtual host of that vhid on that carpdev; a new one where there is none. */
    HostDraft host(Place place, String carpdev, int vhid) {
        for (HostDraft host : draft.hosts()) {
            if (host.vhid() == vhid && host.carpdev().equals(carpdev)) {
                return host;
            }
        }
        HostDraft host = newHost(place, carpdev);
        host.carpdev(carpdev);
        host.vhid(vhid);
        return host;
    }
}
