// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Settings.Difference;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Announcement.Host;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps a peer from taking over from this node, by what both say of themselves. Pure. */
final class PeerFindings {
    private static final Map<Integer, String> LACKS = new LinkedHashMap<>();

    static {
        LACKS.put(Announcement.FORWARDS_IPV4, "net.ipv4.ip_forward is 0");
        LACKS.put(Announcement.FORWARDS_IPV6, "net.ipv6.conf.all.forwarding is 0");
        LACKS.put(
                Announcement.TRANSLATES_IPV4,
                "no NAT hook for IPv4: translated connections would leave it untranslated");
        LACKS.put(
                Announcement.TRANSLATES_IPV6,
                "no NAT hook for IPv6: translated connections would leave it untranslated");
    }

    private static final Pattern OF_A_VIRTUAL_HOST = Pattern.compile("carp\\.(.+)\\.([A-Za-z]+)");
    private static final Pattern PREFIX = Pattern.compile("[0-9a-fA-F.:]+/\\d+");
    private static final String ARP_BALANCE = "global.arpbalance";

    /** The announcements tell these, or a takeover does not depend on them. */
    private static final Set<String> TOLD_OR_HARMLESS =
            Set.of("address", "vhid", "advbase", "passphrase", "auth", "downTimer");

    /** Of how many virtual hosts each has a line of its own. */
    private static final int FEW = 4;

    private static final long SETTLED_MILLIS = 2_000;

    private static final String OTHER_ADDRESSES = " has other virtual addresses there";
    private static final String ADDRESS_MORE = " too";
    private static final String ADDRESS_LESS = " there";

    /** The code of what a peer has against itself, whatever this node has. */
    static final String PEER_ITSELF = "peer-not-ready";

    private PeerFindings() {}

    /** Names the kind of a finding, for programs. */
    static String code(String finding) {
        if (finding.startsWith("it is MASTER of ")) {
            return "carp-password";
        }
        if (finding.startsWith("it has no virtual host like ")) {
            return "vhid-missing";
        }
        boolean more = finding.contains(" has ") && finding.endsWith(ADDRESS_MORE);
        boolean less = finding.contains(" lacks ") && finding.endsWith(ADDRESS_LESS);
        if (more || less || finding.endsWith(OTHER_ADDRESSES)) {
            return "address-lists";
        }
        return finding.contains(" there, and ") ? "carp-settings" : PEER_ITSELF;
    }

    /** Empty where the peer could take over, or is of a version that says nothing. */
    static List<String> of(Announcement own, Announcement peer) {
        if (!peer.isPresent()) {
            return List.of();
        }
        List<String> findings = new ArrayList<>(peer.notReady());
        findings.addAll(lacks(own, peer));
        own.hosts().forEach(host -> compare(host, peer, findings));
        addDoubleMasters(own, peer, findings);
        return findings;
    }

    /**
     * Where this node obeys only who proves what he says: a peer of a version that does not is not heard as master, and both would be.
     *
     * @param strict the virtual hosts here that have {@code auth = "strict"}, by their names
     */
    static List<String> unproved(List<String> strict, Announcement peer) {
        boolean proves = !peer.isPresent() || (peer.abilities() & Announcement.PROVES) != 0;
        return proves || strict.isEmpty()
                ? List.of()
                : List.of("its advertisements prove nothing, as those of an older version: auth = \"strict\" of "
                        + listed(strict) + " here obeys no others");
    }

    private static String listed(List<String> names) {
        return names.size() <= FEW
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, FEW)) + " and " + (names.size() - FEW) + " more";
    }

    /** A line for each of a few; of many, which have one cause, a line for all. */
    private static void addDoubleMasters(Announcement own, Announcement peer, List<String> findings) {
        List<String> names = own.hosts().stream()
                .filter(host -> {
                    Host other = counterpart(host, peer);
                    return other != null && isMasterForLong(host) && isMasterForLong(other);
                })
                .map(Host::name)
                .toList();
        if (names.size() <= FEW) {
            names.forEach(name -> findings.add(doubleMaster(name)));
        } else {
            findings.add(doubleMaster(listed(names)));
        }
    }

    private static String doubleMaster(String names) {
        return "it is MASTER of " + names + " as well: its advertisements do not verify, or do not come"
                + " (passphrase, vhid, addresses, packet filter, switch)";
    }

    /** What an announcement says may be a second old, and a role that has just moved is with both for that time. */
    private static boolean isMasterForLong(Host host) {
        return host.master() && (host.masterMillis() == 0 || host.masterMillis() >= SETTLED_MILLIS);
    }

    /**
     * What the settings of both tell beside that: a virtual host that is attached in another way there, as with another {@code mac}, is another one for its neighbours.
     *
     * @param differences those to the peer, as far as they are known; this node's value is the first
     */
    static List<String> of(Collection<Difference> differences) {
        return differences.stream()
                .filter(PeerFindings::matters)
                .map(PeerFindings::words)
                .toList();
    }

    private static boolean matters(Difference difference) {
        Matcher host = OF_A_VIRTUAL_HOST.matcher(difference.path());
        boolean compared = host.matches()
                ? !TOLD_OR_HARMLESS.contains(host.group(2)) || differsInPrefixLengths(difference)
                : difference.path().equals(ARP_BALANCE);
        // Of a virtual host that one node lacks the announcements tell.
        return compared && difference.first() != null && difference.second() != null;
    }

    /** Whether the addresses are the same, and the networks that they are in are not: the digest of an announcement covers the addresses only. */
    private static boolean differsInPrefixLengths(Difference difference) {
        Set<String> first = prefixes(difference.first());
        Set<String> second = prefixes(difference.second());
        return !first.isEmpty() && !first.equals(second) && addresses(first).equals(addresses(second));
    }

    private static Set<String> prefixes(@Nullable String list) {
        return list == null
                ? Set.of()
                : PREFIX.matcher(list).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static Set<String> addresses(Set<String> prefixes) {
        return prefixes.stream()
                .map(prefix -> prefix.substring(0, prefix.indexOf('/')))
                .collect(Collectors.toSet());
    }

    /** A difference as findings have it: {@code lan has mac "interface" there, and "virtual" here}. */
    static String words(Difference difference) {
        Matcher host = OF_A_VIRTUAL_HOST.matcher(difference.path());
        String what = host.matches() ? host.group(1) + " has " + host.group(2) : "it has " + difference.path();
        return what + " " + difference.second() + " there, and " + difference.first() + " here";
    }

    /** What one node can do and another cannot, who would have to carry on the flows of the first. */
    static List<String> lacks(Announcement who, Announcement successor) {
        List<String> lacks = new ArrayList<>();
        LACKS.forEach((ability, words) -> {
            if ((who.abilities() & ability) != 0 && (successor.abilities() & ability) == 0) {
                lacks.add(words);
            }
        });
        return lacks;
    }

    /** The virtual hosts that a peer has and this node has not. A node without any takes no part in CARP, and misses none. */
    static List<String> missing(Announcement own, Announcement peer) {
        return peer.hosts().stream()
                .filter(host -> !own.hosts().isEmpty() && counterpart(host, own) == null)
                .map(host ->
                        "it has " + host.name() + " (vhid " + host.vhid() + "), and no virtual host here is like it")
                .toList();
    }

    private static void compare(Host own, Announcement peer, List<String> findings) {
        Host other = counterpart(own, peer);
        if (other == null) {
            if (!peer.isPartial()) {
                findings.add("it has no virtual host like " + own.name() + " (vhid " + own.vhid() + ")");
            }
            return;
        }
        if (other.vhid() != own.vhid()) {
            findings.add(own.name() + " has vhid " + other.vhid() + " there, and " + own.vhid() + " here");
        }
        if (other.addresses() != own.addresses()) {
            compareAddresses(own, other, findings);
        }
        if (other.advbase() != own.advbase()) {
            findings.add(own.name() + " has advbase " + other.advbase() + " there, and " + own.advbase() + " here");
        }
    }

    /** By name where both say them; an announcement has no room for long lists. */
    private static void compareAddresses(Host own, Host other, List<String> findings) {
        int before = findings.size();
        if (!own.named().isEmpty() && !other.named().isEmpty()) {
            other.named().stream()
                    .filter(address -> !own.named().contains(address))
                    .forEach(address -> findings.add(own.name() + " has " + address + ADDRESS_MORE));
            own.named().stream()
                    .filter(address -> !other.named().contains(address))
                    .forEach(address -> findings.add(own.name() + " lacks " + address + ADDRESS_LESS));
        }
        if (findings.size() == before) {
            findings.add(own.name() + OTHER_ADDRESSES);
        }
    }

    /** The virtual host of a peer with these addresses: that of the vhid where it has one. */
    static @Nullable Host withAddresses(long addresses, int vhid, Announcement peer) {
        Host found = null;
        for (Host other : peer.hosts()) {
            boolean same = other.addresses() == addresses;
            if (same && (found == null || other.vhid() == vhid)) {
                found = other;
            }
        }
        return found;
    }

    /** The same addresses name it, and the vhid among several that share them; or else the same name. */
    static @Nullable Host counterpart(Host own, Announcement peer) {
        Host sameAddresses = withAddresses(own.addresses(), own.vhid(), peer);
        if (sameAddresses != null) {
            return sameAddresses;
        }
        for (Host other : peer.hosts()) {
            if (other.name().equals(own.name())) {
                return other;
            }
        }
        return null;
    }
}
