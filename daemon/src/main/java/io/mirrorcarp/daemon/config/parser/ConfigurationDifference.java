// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * What differs between two configurations, key by key, as the file spells them. A secret that differs is named and never shown.
 *
 * @param path the key with its tables, such as {@code carp.wan.advskew}
 * @param before its value there, as TOML writes it; null where the first configuration does not have the key
 * @param after the same of the second configuration
 */
public record ConfigurationDifference(
        String path, @Nullable String before, @Nullable String after) {
    private static final String SECRET = "(a secret)";
    private static final String OTHER_SECRET = "(another secret)";

    /** Every difference, in the order of the paths. Empty where the configurations are equal. */
    public static List<ConfigurationDifference> between(Configuration before, Configuration after) {
        Map<String, String> first = values(before);
        Map<String, String> second = values(after);
        compareSecrets(secrets(before), secrets(after), first, second);
        Set<String> paths = new TreeSet<>(first.keySet());
        paths.addAll(second.keySet());
        List<ConfigurationDifference> differences = new ArrayList<>();
        for (String path : paths) {
            String was = first.get(path);
            String is = second.get(path);
            if (!Objects.equals(was, is)) {
                differences.add(new ConfigurationDifference(path, was, is));
            }
        }
        return differences;
    }

    /** {@code carp.wan.advskew: 0 -> 100}; with "none" for a key that is not there. */
    public String text() {
        return path + ": " + (before == null ? "none" : before) + " -> " + (after == null ? "none" : after);
    }

    /** Every key with its value, as TOML writes it, by its path; a passphrase that stands in the file is masked. */
    public static SortedMap<String, String> values(Configuration configuration) {
        SortedMap<String, String> values = new TreeMap<>();
        flatten("", Toml.parse(ConfigurationPrinter.print(configuration)), values);
        return values;
    }

    private static void flatten(String prefix, TomlTable table, Map<String, String> values) {
        for (String key : table.keySet()) {
            add(prefix + (prefix.isEmpty() ? "" : ".") + key, table.get(List.of(key)), values);
        }
    }

    private static void add(String path, @Nullable Object value, Map<String, String> values) {
        if (value instanceof TomlTable table) {
            flatten(path, table, values);
        } else if (value instanceof TomlArray array && !array.isEmpty() && array.get(0) instanceof TomlTable) {
            for (int i = 0; i < array.size(); i++) {
                TomlTable one = array.getTable(i);
                // Named where it can be, so that one more in front is not a change of all that follow.
                String place = String.valueOf(i + 1);
                flatten(path + "." + one.getString(List.of("name"), () -> place), one, values);
            }
        } else if (value instanceof TomlArray array) {
            values.put(
                    path,
                    array.toList().stream()
                            .map(ConfigurationDifference::text)
                            .toList()
                            .toString());
        } else {
            values.put(path, text(value));
        }
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
    }

    private static Map<String, Object> secrets(Configuration configuration) {
        Map<String, Object> secrets = new TreeMap<>();
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            Passphrase passphrase = host.passphrase();
            String key = passphrase.file().isPresent() ? ".passFile" : ".pass";
            secrets.put("carp." + host.name() + key, passphrase.secret());
            host.nextPassphrase()
                    .ifPresent(next -> secrets.put("carp." + host.name() + ".nextPassFile", next.secret()));
        }
        configuration.pfsync().ifPresent(pfsync -> {
            for (Map.Entry<Integer, KeyFile> key : pfsync.keys().entrySet()) {
                secrets.put("pfsync.keys." + key.getKey(), key.getValue().secret());
            }
        });
        return secrets;
    }

    private static void compareSecrets(
            Map<String, Object> before,
            Map<String, Object> after,
            Map<String, String> first,
            Map<String, String> second) {
        for (Map.Entry<String, Object> secret : before.entrySet()) {
            String path = secret.getKey();
            if (after.containsKey(path)
                    && !secret.getValue().equals(after.get(path))
                    && Objects.equals(first.get(path), second.get(path))) {
                first.put(path, SECRET);
                second.put(path, OTHER_SECRET);
            }
        }
    }
}
