// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of a configuration: all of them, or those that must be the same on all nodes. */
public final class SettingsOf {
    private static final Pattern OF_A_VIRTUAL_HOST = Pattern.compile("carp\\.(.+)\\.([A-Za-z]+)");

    private static final Pattern A_CARPNODE = Pattern.compile("carp\\.(.+)\\.carpnodes\\.\\d+");

    /** Each node has its own. */
    private static final Set<String> OWN_TABLES =
            Set.of("node", "admin", "metrics", "hooks", "track", "check", "notify");

    private static final Set<String> OWN_OF_A_VIRTUAL_HOST = Set.of(
            "carpdev",
            "advskew",
            "priority",
            "pass",
            "passFile",
            "nextPassFile",
            "peer",
            "source",
            "hotplug",
            "upDelay",
            "downDelay");

    private static final Set<String> OWN =
            Set.of("global.log", "global.startHoldOff", "pfsync.syncdev", "pfsync.syncpeer");

    private SettingsOf() {}

    /** Every setting of a configuration, and the digests of its secrets. */
    public static Settings all(Configuration configuration) {
        SortedMap<String, String> values = ConfigurationDifference.values(configuration);
        addDigests(configuration, values);
        return new Settings(values);
    }

    /** What must be the same on every node. Names of files do not count, but what is in them does. */
    public static Settings shared(Configuration configuration) {
        SortedMap<String, String> values = new TreeMap<>();
        ConfigurationDifference.values(configuration).forEach((path, value) -> {
            if (A_CARPNODE.matcher(path).matches()) {
                // Which vhids there are is of all nodes; each has its own advskews.
                values.put(path, "a carpnode");
            } else if (!isOwn(path)) {
                values.put(path, value);
            }
        });
        addDigests(configuration, values);
        return new Settings(values);
    }

    private static boolean isOwn(String path) {
        Matcher host = OF_A_VIRTUAL_HOST.matcher(path);
        int dot = path.indexOf('.');
        return OWN.contains(path)
                || path.startsWith("pfsync.keys")
                || (dot > 0 && OWN_TABLES.contains(path.substring(0, dot)))
                || (host.matches() && OWN_OF_A_VIRTUAL_HOST.contains(host.group(2)));
    }

    private static void addDigests(Configuration configuration, Map<String, String> values) {
        configuration
                .virtualHosts()
                .forEach(host -> values.put(
                        "carp." + host.name() + Settings.PASSPHRASE,
                        Settings.digest(host.passphrase().secret())));
        configuration
                .pfsync()
                .ifPresent(pfsync -> pfsync.keys()
                        .forEach((id, key) -> values.put("pfsync.keys." + id + ".key", Settings.digest(key.secret()))));
    }

    /** The settings of a peer, in which virtual hosts have the names that this node has for them: the address lists tell which is which. */
    public static Settings named(Settings own, Settings peer) {
        Map<String, String> names = new HashMap<>();
        own.values().forEach((path, value) -> {
            String name = nameOfAddresses(path);
            if (name != null) {
                names.put(value, name);
            }
        });
        Map<String, String> renamed = new HashMap<>();
        peer.values().forEach((path, value) -> {
            String name = nameOfAddresses(path);
            String here = names.get(value);
            if (name != null && here != null && !own.values().containsKey("carp." + name + ".address")) {
                renamed.put(name, here);
            }
        });
        SortedMap<String, String> values = new TreeMap<>();
        peer.values().forEach((path, value) -> values.put(rename(path, renamed), value));
        return new Settings(values);
    }

    private static @Nullable String nameOfAddresses(String path) {
        Matcher host = OF_A_VIRTUAL_HOST.matcher(path);
        return host.matches() && host.group(2).equals("address") ? host.group(1) : null;
    }

    private static String rename(String path, Map<String, String> names) {
        Matcher host = OF_A_VIRTUAL_HOST.matcher(path);
        return host.matches() && names.containsKey(host.group(1))
                ? "carp." + names.get(host.group(1)) + "." + host.group(2)
                : path;
    }
}
