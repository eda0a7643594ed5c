// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.ShellText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** FreeBSD's rc.conf: carp on an interface (since FreeBSD 10), carp as an interface (before), and pfsync. */
public final class RcConfReader implements Reader {
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\+?)=(.*)", Pattern.DOTALL);
    private static final Pattern IFCONFIG =
            Pattern.compile("ifconfig_(.+?)(_ipv6|_alias\\d+|_aliases|_ipv6_alias\\d+|_descr|_name|_create)?");
    private static final String YES = "(?i)yes|true|on|1";

    /** A variable: where it was set last, where else, and to what. */
    private record Value(Place place, List<Place> earlier, String text) {}

    /** A carp interface, and all that is said of it. */
    private record OldCarp(Place place, IfconfigWords words) {}

    /** An interface and the prefixes that its own addresses are in. */
    private record Network(String device, AddressPrefix prefix) {}

    @Override
    public void read(SourceFile file, Reading reading) {
        List<Place> statements = new ArrayList<>();
        Map<String, Value> values = values(file, statements);
        if (values.containsKey("hostname")) {
            reading.draft().nodeName(values.get("hostname").text);
            take(values.get("hostname"), reading);
        }
        List<Network> networks = new ArrayList<>();
        Map<String, OldCarp> oldStyle = new LinkedHashMap<>();
        for (Map.Entry<String, Value> entry : values.entrySet()) {
            Matcher matcher = IFCONFIG.matcher(entry.getKey());
            if (!matcher.matches()
                    || List.of("_descr", "_name", "_create").contains(String.valueOf(matcher.group(2)))) {
                continue;
            }
            String device = device(matcher.group(1), values);
            Value value = entry.getValue();
            for (List<String> words : split(ShellText.words(value.place, value.text))) {
                if (device.matches("carp\\d+")) {
                    take(value, reading);
                    oldStyle.computeIfAbsent(device, key -> new OldCarp(value.place, new IfconfigWords()))
                            .words
                            .add(value.place, words);
                } else if (words(value.place, device, words, networks, reading)) {
                    take(value, reading);
                }
            }
        }
        oldStyle.forEach((name, carp) -> oldHost(name, carp.place, carp.words, networks, reading));
        pfsync(values, reading);
        values.forEach((name, value) -> {
            boolean clones = name.equals("cloned_interfaces") && value.text.matches("((carp|pfsync)\\d+\\s*)+");
            if (clones) {
                take(value, reading);
            }
        });
        reading.leaveRest(statements, "not of CARP or pfsync: set up on this machine what it needs of them");
    }

    private static void take(Value value, Reading reading) {
        reading.take(value.place);
        value.earlier.forEach(reading::take);
    }

    /** Variables in the order of the file; a later one replaces an earlier one, and += adds to it. */
    private static Map<String, Value> values(SourceFile file, List<Place> statements) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (ShellText.Line line : ShellText.lines(file)) {
            statements.add(line.place());
            for (String word : line.words()) {
                Matcher matcher = ASSIGNMENT.matcher(word);
                if (matcher.matches()) {
                    Value earlier = values.get(matcher.group(1));
                    String text = matcher.group(3).strip();
                    List<Place> places = new ArrayList<>();
                    if (earlier != null) {
                        places.addAll(earlier.earlier);
                        places.add(earlier.place);
                    }
                    if (earlier != null && !matcher.group(2).isEmpty()) {
                        text = earlier.text + " " + text;
                    }
                    values.put(matcher.group(1), new Value(line.place(), places, text));
                }
            }
        }
        return values;
    }

    /** What a variable's name calls em0_100 is em0.100 where em0 has that VLAN; and an interface may have been given a name. */
    private static String device(String name, Map<String, Value> values) {
        Matcher vlan = Pattern.compile("(.+)_(\\d+)").matcher(name);
        if (vlan.matches() && values.containsKey("vlans_" + vlan.group(1))) {
            return vlan.group(1) + "." + vlan.group(2);
        }
        Value renamed = values.get("ifconfig_" + name + "_name");
        return renamed == null ? name : renamed.text;
    }

    /** {@code _aliases} holds several addresses, each with its own words. */
    private static List<List<String>> split(List<String> words) {
        List<List<String>> parts = new ArrayList<>();
        for (String word : words) {
            if (parts.isEmpty() || word.equals("inet") || word.equals("inet6")) {
                parts.add(new ArrayList<>());
            }
            parts.get(parts.size() - 1).add(word);
        }
        return parts;
    }

    /** Reads the words of one address; false where they are not of CARP. */
    private static boolean words(
            Place place, String device, List<String> list, List<Network> networks, Reading reading) {
        IfconfigWords words = new IfconfigWords();
        words.add(place, list);
        if (!words.has("vhid")) {
            for (IfconfigWords.Address address : words.addresses()) {
                Prefixes.parse(address.text(), address.length())
                        .ifPresent(prefix -> networks.add(new Network(device, prefix)));
            }
            return false;
        }
        OptionalInt vhid = reading.number(place, "vhid", words.value("vhid"), 1, 255);
        if (vhid.isPresent()) {
            reading.leaveToShell(words.place("pass", place), "pass", words.value("pass"));
            new CarpSettings(reading, place).host(words, reading.host(place, device, vhid.getAsInt()));
        }
        return true;
    }

    /** carp0 and so on: the address tells on which interface it was. */
    private static void oldHost(
            String name, Place place, IfconfigWords words, List<Network> networks, Reading reading) {
        OptionalInt vhid = reading.number(place, "vhid", words.value("vhid"), 1, 255);
        if (vhid.isEmpty()) {
            return;
        }
        HostDraft host = reading.newHost(place, name);
        host.vhid(vhid.getAsInt());
        reading.leaveToShell(words.place("pass", place), "pass", words.value("pass"));
        new CarpSettings(reading, place).host(words, host);
        host.carpdev(words.value("carpdev"));
        for (Network network : networks) {
            boolean inside = host.addresses().stream().anyMatch(own -> network.prefix.contains(own.address()));
            if (host.carpdev().isEmpty() && inside) {
                host.carpdev(network.device);
            }
        }
    }

    private static void pfsync(Map<String, Value> values, Reading reading) {
        Value enable = values.get("pfsync_enable");
        if (enable == null) {
            Value syncdev = values.get("pfsync_syncdev");
            if (syncdev != null) {
                reading.leave(syncdev.place, "pfsync_syncdev", "pfsync_enable is not set, so pfsync was off");
            }
            return;
        }
        take(enable, reading);
        if (!enable.text.matches(YES)) {
            reading.leave(enable.place, "pfsync_enable", "it is off, and stays off");
            return;
        }
        for (String key : Arrays.asList("pfsync_syncdev", "pfsync_syncpeer", "pfsync_ifconfig")) {
            Value value = values.get(key);
            if (value != null) {
                take(value, reading);
                IfconfigWords words = new IfconfigWords();
                String prefix = key.equals("pfsync_ifconfig") ? "" : key.substring("pfsync_".length()) + " ";
                words.add(value.place, ShellText.words(value.place, prefix + value.text));
                new CarpSettings(reading, enable.place).sync(words);
            }
        }
    }
}
