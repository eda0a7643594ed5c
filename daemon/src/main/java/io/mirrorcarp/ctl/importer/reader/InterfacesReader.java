// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Debian's interfaces(5), for the {@code ucarp-} options of its stanzas. */
public final class InterfacesReader implements Reader {
    private static final int MAXIMUM_INCLUDES = 256;
    private static final Set<String> OTHER_STANZAS =
            Set.of("auto", "mapping", "rename", "no-auto-down", "no-scripts", "template");

    /** Options of Debian's if-up script that have another name on the command line. */
    private static final Map<String, String> NAMES = Map.of("vid", "vhid", "vip", "addr", "password", "pass");

    private record Option(Place place, String value) {}

    private record Stanza(Place place, String device, Map<String, Option> options) {}

    @Override
    public void read(SourceFile file, Reading reading) {
        List<Stanza> stanzas = new ArrayList<>();
        new Collection(reading, stanzas).file(file);
        for (Stanza stanza : stanzas) {
            if (stanza.options.keySet().stream().anyMatch(key -> key.startsWith("ucarp-"))) {
                stanza(stanza, stanzas, reading);
            }
        }
    }

    private static void stanza(Stanza stanza, List<Stanza> all, Reading reading) {
        UcarpProcess process = new UcarpProcess(reading, stanza.place);
        process.option(stanza.place, "interface", stanza.device);
        Option own = stanza.options.get("address");
        if (own != null) {
            process.option(own.place, "srcip", own.value.replaceFirst("/.*", ""));
        }
        stanza.options.forEach((key, option) -> {
            if (key.startsWith("ucarp-")) {
                option(process, key.substring("ucarp-".length()), option);
            }
        });
        process.prefixLength(prefixLength(stanza, all, process.address()));
        process.finish();
    }

    private static void option(UcarpProcess process, String name, Option option) {
        boolean on = !option.value.matches("no|off|false|0");
        switch (name) {
            // "master" makes Debian's script add -P.
            case "master" -> {
                if (on) {
                    process.option(option.place, "preempt", "");
                }
            }
            case "nomcast" -> {
                if (on) {
                    process.option(option.place, "nomcast", "");
                }
            }
            default -> process.option(option.place, NAMES.getOrDefault(name, name), option.value);
        }
    }

    /** That of the alias that Debian's scripts put up for the address; else that of the stanza itself. */
    private static OptionalInt prefixLength(Stanza stanza, List<Stanza> all, String vip) {
        for (Stanza alias : all) {
            Option address = alias.options.get("address");
            if (alias.device.equals(stanza.device + ":ucarp")
                    && address != null
                    && address.value.replaceFirst("/.*", "").equals(vip)) {
                OptionalInt length = length(alias);
                if (length.isPresent()) {
                    return length;
                }
            }
        }
        return length(stanza);
    }

    private static OptionalInt length(Stanza stanza) {
        Option netmask = stanza.options.get("netmask");
        Option address = stanza.options.get("address");
        if (netmask != null) {
            return Prefixes.length(netmask.value, 32);
        }
        int slash = address == null ? -1 : address.value.indexOf('/');
        return address == null || slash < 0
                ? OptionalInt.empty()
                : Prefixes.length(address.value.substring(slash + 1), 32);
    }

    /** Puts the stanzas of a file and of those that it names into a list. */
    private static final class Collection {
        private final Reading reading;
        private final List<Stanza> stanzas;
        private int files;

        Collection(Reading reading, List<Stanza> stanzas) {
            this.reading = reading;
            this.stanzas = stanzas;
        }

        void file(SourceFile file) {
            if (++files > MAXIMUM_INCLUDES) {
                throw new ImportFault(
                        file.name(), "more than " + MAXIMUM_INCLUDES + " files: do they name each other?");
            }
            Stanza current = null;
            int number = 0;
            String before = "";
            for (String line : file.lines()) {
                number++;
                if (line.endsWith("\\")) {
                    before += line.substring(0, line.length() - 1) + " ";
                    continue;
                }
                String[] words = (before + line).strip().split("\\s+", 2);
                before = "";
                String value = words.length > 1 ? words[1].strip() : "";
                if (words[0].isEmpty() || words[0].startsWith("#")) {
                    continue;
                }
                if (words[0].equals("iface")) {
                    current = new Stanza(file.at(number), value.split("\\s+", 2)[0], new LinkedHashMap<>());
                    stanzas.add(current);
                } else if (words[0].startsWith("source")) {
                    current = null;
                    include(file, file.at(number), words[0].equals("source") ? value : value + "/*");
                } else if (words[0].startsWith("allow-") || OTHER_STANZAS.contains(words[0])) {
                    current = null;
                } else if (current != null) {
                    current.options.put(words[0], new Option(file.at(number), value));
                }
            }
        }

        private void include(SourceFile from, Place place, String pattern) {
            for (String path : reading.tree().glob(from.resolve(pattern))) {
                try {
                    file(reading.tree().read(path));
                } catch (ImportFault fault) {
                    reading.leave(place, "source " + pattern, String.valueOf(fault.getMessage()));
                }
            }
        }
    }
}
