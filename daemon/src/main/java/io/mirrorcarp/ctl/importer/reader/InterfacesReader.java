// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.ShellText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Debian's interfaces(5), for the {@code ucarp-} options of its stanzas. */
public final class InterfacesReader implements Reader {
    private static final int MAXIMUM_INCLUDES = 256;
    private static final String PREFIX = "ucarp-";
    private static final String OTHERS =
            "the host's own network, which stays as it is: carpd puts its addresses beside the others";
    private static final Set<String> OTHER_STANZAS =
            Set.of("auto", "mapping", "rename", "no-auto-down", "no-scripts", "template");

    /** Options of Debian's if-up script that have another name on the command line. */
    private static final Map<String, String> NAMES = Map.of("vid", "vhid", "vip", "addr", "password", "pass");

    private record Option(Place place, String name, String value) {}

    private record Stanza(Place place, String device, List<Option> options) {
        Optional<Option> option(String name) {
            return options.stream().filter(option -> option.name.equals(name)).findFirst();
        }
    }

    @Override
    public void read(SourceFile file, Reading reading) {
        List<Stanza> stanzas = new ArrayList<>();
        Collection collection = new Collection(reading, stanzas);
        collection.file(file);
        for (Stanza stanza : stanzas) {
            if (stanza.options.stream().anyMatch(option -> option.name.startsWith(PREFIX))) {
                stanza(stanza, stanzas, reading);
            }
            commands(stanza, reading);
        }
        collection.statements.values().forEach(statements -> reading.leaveRest(statements, OTHERS));
    }

    /** A process of ucarp that a stanza starts itself, with a line such as {@code post-up}. */
    private static void commands(Stanza stanza, Reading reading) {
        for (Option option : stanza.options) {
            if (option.name.matches("(pre-|post-)?up") && option.value.contains("ucarp")) {
                UcarpReader.process(new ShellText.Line(option.place, words(option)), Map.of(), reading);
            }
        }
    }

    private static List<String> words(Option option) {
        return ShellText.words(option.place, option.value);
    }

    private static void stanza(Stanza stanza, List<Stanza> all, Reading reading) {
        UcarpProcess process = new UcarpProcess(reading, stanza.place);
        process.option(stanza.place, "interface", stanza.device);
        reading.take(stanza.place);
        stanza.option("address").ifPresent(own -> {
            reading.take(own.place);
            process.option(own.place, "srcip", own.value.replaceFirst("/.*", ""));
        });
        for (Option option : stanza.options) {
            if (option.name.startsWith(PREFIX)) {
                reading.take(option.place);
                option(process, option.name.substring(PREFIX.length()), option);
            }
        }
        process.prefixLength(prefixLength(stanza, all, process.address(), reading));
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
    private static OptionalInt prefixLength(Stanza stanza, List<Stanza> all, String vip, Reading reading) {
        for (Stanza alias : all) {
            boolean isOfTheAddress = alias.option("address")
                    .filter(address -> address.value.replaceFirst("/.*", "").equals(vip))
                    .isPresent();
            if (alias.device.equals(stanza.device + ":ucarp") && isOfTheAddress) {
                reading.leave(
                        alias.place, "iface " + alias.device, "carpd puts the address itself: remove this stanza");
                alias.options.forEach(option -> reading.take(option.place));
                OptionalInt length = length(alias);
                if (length.isPresent()) {
                    return length;
                }
            }
        }
        return length(stanza);
    }

    private static OptionalInt length(Stanza stanza) {
        Optional<Option> netmask = stanza.option("netmask");
        if (netmask.isPresent()) {
            return Prefixes.length(netmask.get().value, 32);
        }
        String address = stanza.option("address").map(Option::value).orElse("");
        int slash = address.indexOf('/');
        return slash < 0 ? OptionalInt.empty() : Prefixes.length(address.substring(slash + 1), 32);
    }

    /** Puts the stanzas of a file and of those that it names into a list. */
    private static final class Collection {
        private final Reading reading;
        private final List<Stanza> stanzas;
        private final Map<String, List<Place>> statements = new LinkedHashMap<>();
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
            List<Place> places = statements.computeIfAbsent(file.name(), key -> new ArrayList<>());
            Stanza current = null;
            int number = 0;
            int start = 0;
            String before = "";
            for (String line : file.lines()) {
                number++;
                start = before.isEmpty() ? number : start;
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
                places.add(file.at(start));
                if (words[0].equals("iface")) {
                    current = new Stanza(file.at(start), value.split("\\s+", 2)[0], new ArrayList<>());
                    stanzas.add(current);
                } else if (words[0].startsWith("source")) {
                    current = null;
                    reading.take(file.at(start));
                    include(file, file.at(start), words[0].equals("source") ? value : value + "/*");
                } else if (words[0].startsWith("allow-") || OTHER_STANZAS.contains(words[0])) {
                    current = null;
                } else if (current != null) {
                    current.options.add(new Option(file.at(start), words[0], value));
                }
            }
        }

        private void include(SourceFile from, Place place, String pattern) {
            List<String> paths = reading.tree().glob(from.resolve(pattern));
            if (paths.isEmpty()) {
                reading.leave(place, "source " + pattern, "no file matches it");
            }
            for (String path : paths) {
                try {
                    file(reading.tree().read(path));
                } catch (ImportFault fault) {
                    reading.leave(place, "source " + pattern, String.valueOf(fault.getMessage()));
                }
            }
        }
    }
}
