// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.ShellText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.BalancingConfiguration.Mode;
import io.mirrorcarp.daemon.config.DownTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** OpenBSD's hostname.carpN and hostname.pfsyncN. */
public final class HostnameIfReader implements Reader {
    private static final Pattern NODE = Pattern.compile("(\\d{1,3}):(\\d{1,3})");

    @Override
    public void read(SourceFile file, Reading reading) {
        Place first = file.at(1);
        if (file.baseName().matches("hostname\\.(?!carp|pfsync).*")) {
            reading.leave(first, file.baseName(), "neither a carp nor a pfsync interface: carpd leaves it alone");
            return;
        }
        IfconfigWords words = new IfconfigWords();
        int number = 0;
        for (String line : file.lines()) {
            number++;
            Place place = file.at(number);
            String text = line.strip();
            if (text.startsWith("!")) {
                reading.leave(place, "a command", "carpd runs no commands when it starts: a hook can");
            } else if (text.matches("(dhcp|rtsol|inet autoconf|inet6 autoconf)\\b.*")) {
                reading.leave(place, text, "a virtual address is fixed");
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                words.add(place, ShellText.words(place, text));
            }
        }
        if (words.has("syncdev") || file.baseName().startsWith("hostname.pfsync")) {
            new CarpSettings(reading, first).sync(words);
        } else if (words.has("vhid") || words.has("carpnodes")) {
            reading.draft().downTimer(DownTimer.OPENBSD);
            host(file, first, words, reading);
        } else {
            throw new ImportFault(
                    file.name(), "neither a carp nor a pfsync interface: name hostname.carpN or hostname.pfsyncN");
        }
    }

    private static void host(SourceFile file, Place first, IfconfigWords words, Reading reading) {
        List<int[]> nodes = nodes(words, first, reading);
        Optional<Mode> mode = Mode.of(words.value("balancing"));
        boolean several = nodes.size() > 1;
        boolean byArp = several && words.value("balancing").equals("arp");
        if (byArp) {
            reading.draft().arpbalance(true);
        } else if (several && mode.isEmpty()) {
            reading.leave(
                    words.place("carpnodes", first),
                    "balancing " + words.value("balancing"),
                    "only the first of the carpnodes is carried over: its vhid has all addresses, and one node answers");
        }
        for (int[] node : byArp ? nodes : nodes.subList(0, Math.min(1, nodes.size()))) {
            HostDraft host =
                    reading.newHost(words.place("vhid", words.place("carpnodes", first)), name(file, byArp, node));
            host.carpdev(words.value("carpdev"));
            host.vhid(node[0]);
            host.advskew(node[1]);
            new CarpSettings(reading, first).host(words, host);
            if (several) {
                host.advskew(node[1]);
                mode.ifPresent(of -> host.balancing(balancing(of, nodes)));
            }
        }
    }

    /** The lowest vhid is the leader, whatever stands first. */
    private static BalancingConfiguration balancing(Mode mode, List<int[]> nodes) {
        SortedMap<Integer, Integer> carpnodes = new TreeMap<>();
        nodes.forEach(node -> carpnodes.put(node[0], node[1]));
        return new BalancingConfiguration(mode, carpnodes);
    }

    private static String name(SourceFile file, boolean numbered, int[] node) {
        return file.baseName().replaceFirst("^hostname\\.", "") + (numbered ? "-" + node[0] : "");
    }

    /** Each a vhid and its advskew. */
    private static List<int[]> nodes(IfconfigWords words, Place first, Reading reading) {
        List<int[]> nodes = new ArrayList<>();
        if (words.has("carpnodes")) {
            for (String part : words.value("carpnodes").split(",", -1)) {
                Matcher matcher = NODE.matcher(part);
                if (matcher.matches()
                        && Integer.parseInt(matcher.group(1)) <= 255
                        && Integer.parseInt(matcher.group(2)) <= 254) {
                    nodes.add(new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))});
                } else {
                    reading.leave(words.place("carpnodes", first), "carpnodes " + part, "not VHID:ADVSKEW");
                }
            }
            return nodes;
        }
        OptionalInt vhid = reading.number(words.place("vhid", first), "vhid", words.value("vhid"), 1, 255);
        vhid.ifPresent(number -> nodes.add(new int[] {number, 0}));
        return nodes;
    }
}
