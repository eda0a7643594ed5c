// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.DemotionConfiguration;
import io.mirrorcarp.daemon.config.DemotionMode;
import io.mirrorcarp.daemon.config.DownTimer;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.HooksConfiguration;
import io.mirrorcarp.daemon.config.MetricsConfiguration;
import io.mirrorcarp.daemon.config.TakeoverConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/** Reads a configuration, with all its faults in one answer. */
public final class ConfigurationParser {
    private static final Pattern HTTP = Pattern.compile("(?:[0-9A-Za-z.-]+|\\[[0-9a-fA-F:.]+]):(\\d{1,5})");
    private static final Duration HOUR = Duration.ofHours(1);

    private final Findings findings;
    private final Surroundings surroundings;
    private final InterfaceCheck interfaces;
    private final AddressReader addresses;
    private final KeyFileReader keyFiles;

    private ConfigurationParser(Surroundings surroundings, Absent absent) {
        findings = new Findings(absent);
        this.surroundings = surroundings;
        interfaces = new InterfaceCheck(surroundings);
        addresses = new AddressReader(findings);
        keyFiles = new KeyFileReader(surroundings);
    }

    /**
     * Reads a whole file, for a check of it: what is not there is a fault.
     *
     * @param file its name, for messages
     * @param text its content
     * @param surroundings what the machine has
     */
    public static ConfigurationResult parse(String file, String text, Surroundings surroundings) {
        return parse(file, text, surroundings, Absent.IS_A_FAULT);
    }

    /** The same, with what an interface or a key file that is not there counts as. */
    public static ConfigurationResult parse(String file, String text, Surroundings surroundings, Absent absent) {
        return new ConfigurationParser(surroundings, absent).read(file, text);
    }

    /** The answer for a file that cannot be read at all. */
    public static ConfigurationResult unreadable(String file, String problem) {
        Finding fault = new Finding(Location.START, "cannot be read: " + problem);
        return new ConfigurationResult(file, Optional.empty(), List.of(fault), List.of(), List.of());
    }

    /** {@code admin.socket} of a text that may be faulty elsewhere; the default where it is missing or no absolute path. */
    public static String controlSocket(String text) {
        TomlParseResult toml = toml(text);
        Object socket = toml.isTable("admin") ? toml.getTableOrEmpty("admin").get(List.of("socket")) : null;
        return socket instanceof String path && path.startsWith("/") ? path : AdminConfiguration.DEFAULT_SOCKET;
    }

    /** Some editors put a byte order mark first, which means nothing in UTF-8. */
    private static TomlParseResult toml(String text) {
        return Toml.parse(text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    private ConfigurationResult read(String file, String text) {
        TomlParseResult toml = toml(text);
        toml.errors()
                .forEach(error -> findings.fault(
                        new Location(error.position().line(), error.position().column()),
                        String.valueOf(error.getMessage())));
        if (toml.hasErrors()) {
            return new ConfigurationResult(file, Optional.empty(), findings.faults(), List.of(), List.of());
        }
        Configuration configuration = configuration(new TableReader(toml, "the file", Location.START, findings));
        KeyPositions positions = new KeyPositions(toml);
        new CrossCheck(configuration, positions, findings, surroundings).run();
        List<Finding> faults = findings.faults();
        List<Finding> awaited = findings.awaited();
        Optional<Configuration> answer =
                faults.isEmpty() && awaited.isEmpty() ? Optional.of(configuration) : Optional.empty();
        return new ConfigurationResult(file, answer, faults, awaited, findings.warnings());
    }

    private Configuration configuration(TableReader root) {
        GlobalConfiguration global = global(root.table("global", "[global]"));
        List<VirtualHostConfiguration> hosts = new VirtualHostReader(
                        global, interfaces, keyFiles, addresses, new RouteReader(findings, addresses))
                .readAll(root.table("carp", "[carp]"));
        Set<String> names = new TreeSet<>();
        hosts.forEach(host -> host.group().ifPresent(names::add));
        KnownGroups groups = new KnownGroups(names);
        Configuration configuration = new Configuration(
                NodeReader.read(root.table("node", "[node]"), surroundings),
                global,
                hosts,
                new PfsyncReader(interfaces, keyFiles, addresses, findings).read(root.table("pfsync", "[pfsync]")),
                new TrackReader(interfaces, surroundings, groups)
                        .read(root.table("track", "[track]"), root.table("check", "[check]")),
                new AnnouncedAddressReader(addresses, surroundings, groups, virtualAddresses(hosts))
                        .read(root.table("route", "[route]")),
                hooks(root.table("hooks", "[hooks]")),
                AdminReader.read(root.table("admin", "[admin]"), keyFiles, surroundings),
                metrics(root.table("metrics", "[metrics]")),
                new NotifyReader(surroundings, findings).readAll(root.tables("notify", "[[notify]]")));
        root.finish();
        return configuration;
    }

    private static Set<InetAddress> virtualAddresses(List<VirtualHostConfiguration> hosts) {
        return hosts.stream()
                .flatMap(host -> host.addresses().stream())
                .map(AddressPrefix::address)
                .collect(Collectors.toSet());
    }

    private static GlobalConfiguration global(TableReader table) {
        TableReader demotion = table.table("demotion", "global.demotion");
        GlobalConfiguration global = new GlobalConfiguration(
                table.bool("preempt", true),
                table.bool("allow", true),
                table.integer("log", 0, 2, 1),
                table.bool("arpbalance", false),
                table.integer("advbase", 0, 255, 1),
                new DemotionConfiguration(
                        table.choice("demotionMode", DemotionMode.BOTH),
                        demotion.integer("ifdown", 0, 255, 240),
                        demotion.integer("senderr", 0, 255, 240),
                        demotion.integer("bulk", 0, 255, 240)),
                table.choice("downTimer", DownTimer.FREEBSD),
                new TakeoverConfiguration(
                        table.duration("preemptDelay", Duration.ZERO, HOUR, Duration.ZERO),
                        table.duration("startHoldOff", Duration.ZERO, HOUR, Duration.ZERO)));
        demotion.finish();
        table.finish();
        return global;
    }

    private HooksConfiguration hooks(TableReader table) {
        String directory = table.absolutePath("dir", "", "/etc/carpd/hooks.d");
        if (!directory.isEmpty()) {
            surroundings
                    .directoryProblem(directory)
                    .ifPresent(problem -> table.fault("dir", directory + " cannot be used: " + problem));
        }
        HooksConfiguration hooks = new HooksConfiguration(
                directory,
                table.duration("timeout", Duration.ofMillis(100), Duration.ofMinutes(5), Duration.ofSeconds(5)));
        table.finish();
        return hooks;
    }

    private static MetricsConfiguration metrics(TableReader table) {
        MetricsConfiguration metrics = new MetricsConfiguration(http(table, MetricsConfiguration.DEFAULT_HTTP));
        table.finish();
        return metrics;
    }

    private static String http(TableReader table, String usual) {
        String http = table.text("http", usual);
        Matcher matcher = HTTP.matcher(http);
        boolean valid = matcher.matches() && Integer.parseInt(matcher.group(1)) <= 65_535;
        if (!http.isEmpty() && !valid) {
            table.fault("http", "http must be HOST:PORT, such as \"" + usual + "\", or \"\" to turn it off");
        }
        return http;
    }
}
