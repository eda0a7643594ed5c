// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.conntrack.entry.FlowMark;
import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.AnnouncedAddress;
import io.mirrorcarp.daemon.config.AttachmentConfiguration;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.CheckKind;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.DemotionConfiguration;
import io.mirrorcarp.daemon.config.FilterConfiguration;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.RouteConfiguration;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Prints a configuration as TOML with every default written out. The text parses to an equal configuration, except that a
 * passphrase that stands in the file itself is masked.
 */
public final class ConfigurationPrinter {
    static final String MASKED_PASS = "(not shown)";

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    private final StringBuilder text = new StringBuilder();

    private ConfigurationPrinter() {}

    /** The whole file. */
    public static String print(Configuration configuration) {
        ConfigurationPrinter printer = new ConfigurationPrinter();
        printer.table("[node]");
        printer.key("name", quoted(configuration.node().name()));
        printer.key("hostId", quoted(configuration.node().hostIdText()));
        printer.key("stateDir", quoted(configuration.node().stateDir()));
        printer.global(configuration.global());
        configuration.virtualHosts().forEach(printer::virtualHost);
        configuration.pfsync().ifPresent(printer::pfsync);
        printer.track(configuration.track());
        configuration.announced().forEach(printer::announced);
        printer.table("[hooks]");
        printer.key("dir", quoted(configuration.hooks().dir()));
        printer.key("timeout", duration(configuration.hooks().timeout()));
        printer.table("[admin]");
        printer.admin(configuration.admin());
        printer.table("[metrics]");
        printer.key("http", quoted(configuration.metrics().http()));
        configuration.notices().forEach(printer::notice);
        return printer.text.toString();
    }

    private void notice(NotifyConfiguration notify) {
        table("[[notify]]");
        key(
                "on",
                list(notify.onInOrder().stream()
                        .map(NotifyConfiguration.Kind::text)
                        .toList()));
        key(notify.way().text(), quoted(notify.target()));
        key("timeout", duration(notify.timeout()));
    }

    private void global(GlobalConfiguration global) {
        DemotionConfiguration demotion = global.demotion();
        table("[global]");
        key("preempt", global.preempt());
        key("allow", global.allow());
        key("log", global.log());
        key("arpbalance", global.arpbalance());
        key("advbase", global.advbase());
        key("downTimer", choice(global.downTimer()));
        key("preemptDelay", duration(global.takeover().preemptDelay()));
        key("startHoldOff", duration(global.takeover().startHoldOff()));
        key("demotionMode", choice(demotion.mode()));
        String factors = "{ ifdown = " + demotion.ifdown() + ", senderr = " + demotion.senderr() + ", bulk = "
                + demotion.bulk() + " }";
        key("demotion", factors);
    }

    private void virtualHost(VirtualHostConfiguration host) {
        table("[carp." + keyOf(host.name()) + "]");
        host.balancing().ifPresentOrElse(this::balancing, () -> key("vhid", host.vhid()));
        key("carpdev", quoted(host.carpdev()));
        election(host);
        passphrase(host.passphrase());
        host.nextPassphrase().flatMap(Passphrase::file).ifPresent(file -> key("nextPassFile", quoted(file)));
        key("address", prefixes(host.addresses()));
        attachment(host.attachment());
        key("group", quoted(host.group().orElse("")));
        if (host.vrrp().isEmpty()) {
            key("auth", choice(host.auth()));
        }
    }

    private void election(VirtualHostConfiguration host) {
        key("protocol", host.vrrp().map(vrrp -> choice(vrrp.protocol())).orElse(quoted("carp")));
        host.vrrp()
                .ifPresentOrElse(
                        vrrp -> {
                            key("priority", vrrp.priority());
                            key("interval", duration(vrrp.interval()));
                        },
                        () -> {
                            key("advbase", host.advbase());
                            if (host.balancing().isEmpty()) {
                                key("advskew", host.advskew());
                            }
                            key("downTimer", choice(host.downTimer()));
                        });
    }

    private void balancing(BalancingConfiguration balancing) {
        key("balancing", quoted(balancing.mode().text()));
        key(
                "carpnodes",
                balancing.carpnodes().entrySet().stream()
                        .map(node -> node.getKey() + " = " + node.getValue())
                        .collect(Collectors.joining(", ", "{ ", " }")));
    }

    private void attachment(AttachmentConfiguration attachment) {
        key("mac", choice(attachment.mac()));
        key("peer", addresses(attachment.peers()));
        key("source", addresses(attachment.sources()));
        key(
                "route",
                list(attachment.routes().stream()
                        .map(RouteConfiguration::toString)
                        .toList()));
        key("hotplug", attachment.hotplug());
        key("upDelay", duration(attachment.upDelay()));
        key("downDelay", duration(attachment.downDelay()));
    }

    private void passphrase(Passphrase passphrase) {
        if (passphrase.file().isPresent()) {
            key("passFile", quoted(passphrase.file().get()));
        } else if (passphrase.secret().length() > 0) {
            key("pass", quoted(MASKED_PASS));
        }
    }

    private void pfsync(PfsyncConfiguration pfsync) {
        FilterConfiguration filter = pfsync.filter();
        table("[pfsync]");
        List<String> syncdevs = pfsync.syncdevs();
        key("syncdev", syncdevs.size() == 1 ? quoted(syncdevs.get(0)) : list(syncdevs));
        key("syncpeer", addresses(pfsync.syncpeers()));
        key("transport", choice(pfsync.transport()));
        key("keys", keys(pfsync.keys()));
        key("activeKey", pfsync.activeKey());
        key("maxupd", pfsync.maxupd());
        key("hold", choice(pfsync.hold()));
        key("bulkTimeout", duration(pfsync.bulkTimeout()));
        table("[pfsync.filter]");
        filter(filter);
        table("[pfsync.filter.import]");
        filter(pfsync.importFilter());
    }

    /** A list that leaves nothing out has no key: an empty one would be a fault. */
    private void filter(FilterConfiguration filter) {
        key("minAge", duration(filter.minAge()));
        optional("protocols", filter.protocols().stream().map(Protocol::name).toList());
        optional(
                "address",
                filter.addresses().stream().map(AddressPrefix::toString).toList());
        key("ignoreAddress", prefixes(filter.ignoreAddresses()));
        optional("zone", filter.zones().stream().map(String::valueOf).toList());
        key(
                "ignoreZone",
                list(filter.ignoreZones().stream().map(String::valueOf).toList()));
        optional("mark", filter.marks().stream().map(FlowMark::toString).toList());
        key(
                "ignoreMark",
                list(filter.ignoreMarks().stream().map(FlowMark::toString).toList()));
        optional("state", filter.states().stream().map(Choices::text).toList());
    }

    private void optional(String key, List<String> values) {
        if (!values.isEmpty()) {
            key(key, list(values));
        }
    }

    /** Every track as a [check.NAME], which [[track.interface]] and [[track.script]] are short for. */
    private void track(TrackConfiguration track) {
        for (TrackConfiguration.Interface tracked : track.interfaces()) {
            table("[check." + keyOf(tracked.name()) + "]");
            key("kind", quoted(CheckReader.INTERFACE));
            key("target", quoted(tracked.device()));
            key("demote", tracked.demote());
            key("upDelay", duration(tracked.upDelay()));
            key("downDelay", duration(tracked.downDelay()));
            key("group", quoted(tracked.group().orElse("")));
        }
        for (TrackConfiguration.Check check : track.checks()) {
            table("[check." + keyOf(check.name()) + "]");
            key("kind", choice(check.kind()));
            key("target", quoted(check.target()));
            check.options().forEach(this::option);
            schedule(check.schedule());
            key("demote", check.demote());
            key("group", quoted(check.group().orElse("")));
        }
    }

    private void admin(AdminConfiguration admin) {
        key("socket", quoted(admin.socket()));
        key("group", quoted(admin.group()));
        key("http", quoted(admin.http()));
        key("authFile", quoted(admin.authFile()));
        admin.tls()
                .ifPresent(tls -> key(
                        "tls", "{ certificate = " + quoted(tls.certificate()) + ", key = " + quoted(tls.key()) + " }"));
    }

    private void announced(AnnouncedAddress route) {
        table("[route." + keyOf(route.name()) + "]");
        InetAddress address = route.address();
        key("address", quoted(new AddressPrefix(address, address.getAddress().length * 8).toString()));
        key("when", quoted(route.whenText()));
        key("drain", duration(route.drain()));
    }

    private void option(CheckKind.Option option, String value) {
        key(Choices.text(option), option == CheckKind.Option.STATUS ? value : quoted(value));
    }

    private void schedule(TrackConfiguration.Schedule schedule) {
        key("interval", duration(schedule.interval()));
        key("timeout", duration(schedule.timeout()));
        key("fall", schedule.fall());
        key("rise", schedule.rise());
        key("holdDown", duration(schedule.holdDown()));
    }

    /** A name as a key of TOML: bare where it may be. */
    private static String keyOf(String name) {
        return BARE_KEY.matcher(name).matches() ? name : quoted(name);
    }

    private void table(String header) {
        text.append(text.length() == 0 ? "" : "\n").append(header).append('\n');
    }

    private void key(String key, Object value) {
        text.append(key).append(" = ").append(value).append('\n');
    }

    private static String keys(Map<Integer, KeyFile> keys) {
        return keys.entrySet().stream()
                .map(key -> key.getKey() + " = " + quoted(key.getValue().file()))
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static String prefixes(List<AddressPrefix> prefixes) {
        return list(prefixes.stream().map(AddressPrefix::toString).toList());
    }

    private static String addresses(List<InetAddress> addresses) {
        return list(addresses.stream().map(AddressText::format).toList());
    }

    private static String list(List<String> texts) {
        return texts.stream().map(ConfigurationPrinter::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String duration(Duration duration) {
        return quoted(Durations.format(duration));
    }

    private static String choice(Enum<?> constant) {
        return quoted(Choices.text(constant));
    }

    /** A basic string of TOML. */
    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
