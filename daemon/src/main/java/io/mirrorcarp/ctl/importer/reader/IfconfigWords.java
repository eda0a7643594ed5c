// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.model.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of ifconfig(8) on the BSDs, as they stand in rc.conf and in hostname.if: addresses with their masks, and settings with their values.
 */
final class IfconfigWords {
    private static final Set<String> WITH_VALUE = Set.of(
            "vhid",
            "advbase",
            "advskew",
            "pass",
            "carpdev",
            "state",
            "carpnodes",
            "balancing",
            "carppeer",
            "peer",
            "peer6",
            "syncdev",
            "syncif",
            "syncpeer",
            "maxupd",
            "broadcast",
            "carpver",
            "version",
            "mtu",
            "metric",
            "fib",
            "group",
            "-group",
            "description",
            "descr",
            "rdomain",
            "media",
            "mediaopt",
            "lladdr",
            "ether",
            "vltime",
            "pltime",
            "rtlabel",
            "vlandev",
            "vlan",
            "parent",
            "vnetid",
            "priority",
            "name",
            "eui64");

    /** What is not of this form may be a part of a password that lacks its quotes, and is not shown. */
    private static final Pattern SWITCHES = Pattern.compile(
            "-?(inet6?|alias|add|up|down|create|defer|mcast6?|link[0-2]|promisc|arp|debug|autoconf|carp.*|DHCP|SYNCDHCP)|-[a-z0-9]+");

    private static final Pattern RANGE = Pattern.compile(
            "((?:\\d{1,3}\\.){3}(?=\\d{1,3}-\\d{1,3}/)|[0-9a-fA-F:]+:)([0-9a-fA-F]{1,4})-([0-9a-fA-F]{1,4})(/\\d{1,3})");
    private static final int LONGEST_RANGE = 255;

    static final String UNKNOWN = "a word that ifconfig does not have";

    /**
     * An address as it stands.
     *
     * @param text with its prefix length, if it has one there
     * @param length from a mask or a prefix length after it
     */
    record Address(Place place, String text, OptionalInt length) {}

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<Address> addresses = new ArrayList<>();

    /** Reads the words of one line, after those of lines before. */
    void add(Place place, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            Matcher range = RANGE.matcher(word);
            if (range.matches()) {
                range(place, range);
            } else if (isAddress(word)) {
                addresses.add(new Address(place, word, OptionalInt.empty()));
                i += mask(next, i + 2 < words.size() ? words.get(i + 2) : "");
            } else if (word.equals("netmask") || word.equals("prefixlen")) {
                length(next);
                i++;
            } else if (WITH_VALUE.contains(word)) {
                put(place, word, next);
                i++;
            } else if (!word.equals("NONE")) {
                // NONE stands where there is no broadcast address.
                put(place, SWITCHES.matcher(word).matches() ? word : UNKNOWN, "");
            }
        }
    }

    /** FreeBSD's {@code 192.0.2.10-12/24}, for which each address of the range is put. */
    private void range(Place place, Matcher range) {
        int radix = range.group(1).contains(":") ? 16 : 10;
        int from = Integer.parseInt(range.group(2), radix);
        int to = Integer.parseInt(range.group(3), radix);
        if (to < from || to - from > LONGEST_RANGE) {
            put(place, UNKNOWN, "");
        }
        for (int last = from; last <= to && to - from <= LONGEST_RANGE; last++) {
            String text = range.group(1) + Integer.toString(last, radix) + range.group(4);
            addresses.add(new Address(place, text, OptionalInt.empty()));
        }
    }

    private void put(Place place, String key, String value) {
        settings.put(key, value);
        places.put(key, place);
    }

    private static boolean isAddress(String word) {
        return AddressText.parse(word.replaceFirst("[/%].*", "")).isPresent();
    }

    /** OpenBSD's {@code ADDRESS MASK BROADCAST}, and {@code ADDRESS LENGTH} of IPv6; how many words belong to the address. */
    private int mask(String next, String afterNext) {
        Address last = addresses.get(addresses.size() - 1);
        boolean v6 = last.text.contains(":");
        boolean isMask = v6
                ? next.matches("\\d{1,3}")
                : next.matches("(255|254|252|248|240|224|192|128|0)(\\.\\d{1,3}){3}|0x[0-9a-fA-F]{8}");
        if (!isMask) {
            return 0;
        }
        length(next);
        return !v6 && (afterNext.equals("NONE") || isAddress(afterNext)) ? 2 : 1;
    }

    private void length(String text) {
        if (!addresses.isEmpty()) {
            Address last = addresses.remove(addresses.size() - 1);
            int whole = last.text.contains(":") ? 128 : 32;
            addresses.add(new Address(last.place, last.text, Prefixes.length(text, whole)));
        }
    }

    List<Address> addresses() {
        return List.copyOf(addresses);
    }

    boolean has(String key) {
        return settings.containsKey(key);
    }

    /** An empty text where it is not set. */
    String value(String key) {
        return settings.getOrDefault(key, "");
    }

    /** Where it is set. */
    Place place(String key, Place otherwise) {
        return places.getOrDefault(key, otherwise);
    }

    /** All settings, in the order of the file. */
    Set<String> keys() {
        return settings.keySet();
    }
}
