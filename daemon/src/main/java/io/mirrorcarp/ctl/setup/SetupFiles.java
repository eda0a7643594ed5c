// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.files.NewKeys;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.filter.FilterPlan;
import io.mirrorcarp.filter.IptablesText;
import io.mirrorcarp.filter.KernelSettings;
import io.mirrorcarp.filter.NftablesText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The files of a node, by their names beside {@code carpd.toml}. */
public final class SetupFiles {
    public static final String CONFIGURATION = "carpd.toml";
    public static final String PASSPHRASE = "carp.key";
    public static final String SYNC_KEY = "sync.key";
    public static final String NFTABLES = "nftables.conf";
    public static final String SYSCTL = "sysctl.conf";

    /** What goes to the other node besides the configuration, where it is there. */
    static final List<String> RULES = List.of(NFTABLES, "iptables.rules", "ip6tables.rules", SYSCTL);

    private static final String HOLD =
            "\n# IPv6 is not translated: the answers may come to another node than the one that let a packet out.\nhold = \"auto\"";

    private SetupFiles() {}

    /** Where the configuration of one of several nodes waits for {@code carpctl pair}. */
    static String configurationOf(String node) {
        return "carpd." + node + ".toml";
    }

    /** All files of the first node, with new keys, and the configurations of the others where these have groups of their own. */
    public static List<NewFile> of(SetupPlan plan) {
        FilterPlan filter = plan.filter();
        List<NewFile> files = new ArrayList<>();
        files.add(text(CONFIGURATION, configuration(plan, plan.node())));
        plan.spread().map(Spread::nodes).orElse(List.of()).stream()
                .filter(node -> !node.equals(plan.node()))
                .forEach(node -> files.add(text(configurationOf(node), configuration(plan, node))));
        files.add(new NewFile(PASSPHRASE, NewKeys.passphrase(), NewFile.SECRET));
        if (!plan.syncdevs().isEmpty()) {
            files.add(new NewFile(SYNC_KEY, NewKeys.syncKey(), NewFile.SECRET));
        }
        files.add(text(NFTABLES, NftablesText.file(filter)));
        if (plan.spread().isEmpty()) {
            files.add(text("iptables.rules", IptablesText.restoreV4(filter)));
            files.add(text("ip6tables.rules", IptablesText.restoreV6(filter)));
        }
        files.add(text(SYSCTL, KernelSettings.file(plan.hasV6())));
        return files;
    }

    static NewFile text(String name, String content) {
        return new NewFile(name, Secret.of(content.getBytes(StandardCharsets.UTF_8)), NewFile.PUBLIC);
    }

    private static String configuration(SetupPlan plan, String node) {
        StringBuilder text = new StringBuilder("# Made by carpctl init. Every key: carpd.toml(5).\n\n");
        text.append("[node]\nname = \"").append(node).append("\"\n");
        text.append("\n[global]\npreempt = true\n");
        Optional<SpreadLayout> layout = plan.layout();
        text.append(layout.filter(SpreadLayout::sharesAddress).isPresent() ? "arpbalance = true\n" : "");
        for (int group = 0; group < plan.groups(); group++) {
            for (int segment = 0; segment < plan.segments().size(); segment++) {
                virtualHost(text, plan, node, group, segment);
            }
        }
        if (!plan.syncdevs().isEmpty()) {
            text.append("\n[pfsync]\nsyncdev = ")
                    .append(syncdev(plan.syncdevs()))
                    .append(layout.filter(SpreadLayout::isAsymmetric).isPresent() ? HOLD : "")
                    .append("\nkeys = { 1 = \"")
                    .append(SYNC_KEY)
                    .append("\" }\n");
        }
        return text.toString();
    }

    private static String syncdev(List<String> devices) {
        String quoted = devices.stream().map(device -> "\"" + device + "\"").collect(Collectors.joining(", "));
        return devices.size() == 1 ? quoted : "[" + quoted + "]";
    }

    private static void virtualHost(StringBuilder text, SetupPlan plan, String node, int group, int place) {
        Segment segment = plan.segments().get(place);
        boolean spread = plan.spread().isPresent();
        List<AddressPrefix> mine =
                plan.layout().map(layout -> layout.addresses(segment, group)).orElse(segment.addresses());
        text.append("\n[carp.")
                .append(segment.name())
                .append(spread ? "-" + (group + 1) : "")
                .append("]\n");
        text.append("vhid = ").append(plan.vhid(group, place)).append('\n');
        if (spread) {
            text.append("group = \"").append(group + 1).append("\"\n");
        }
        int advskew = plan.spread().map(all -> all.advskew(node, group)).orElse(0);
        text.append("carpdev = \"").append(segment.carpdev()).append("\"\n");
        text.append("advskew = ").append(advskew).append('\n');
        text.append("passFile = \"").append(PASSPHRASE).append("\"\n");
        text.append("address = ")
                .append(mine.stream().map(address -> "\"" + address + "\"").collect(Collectors.joining(", ", "[", "]")))
                .append('\n');
    }
}
