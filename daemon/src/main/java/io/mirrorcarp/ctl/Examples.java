// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Examples at the end of the help of commands that do not show some themselves. */
final class Examples {
    private static final Map<String, List<String>> OF = Map.ofEntries(
            Map.entry("stats", List.of("carpctl stats -p pfsync", "carpctl stats --json")),
            Map.entry("vhid", List.of("carpctl vhid wan down --for 10m", "carpctl vhid wan up")),
            Map.entry(
                    "demote",
                    List.of("carpctl demote 100 --reason \"uplink is bad\" --for 1h", "carpctl demote --reset")),
            Map.entry(
                    "maintenance", List.of("carpctl maintenance on --reason \"new disk\"", "carpctl maintenance off")),
            Map.entry("ready", List.of("carpctl ready")),
            Map.entry("sysctl", List.of("carpctl sysctl", "carpctl sysctl net.inet.carp.preempt=0")),
            Map.entry("pfsync", List.of("carpctl pfsync verify", "carpctl pfsync bulk")),
            Map.entry("doctor", List.of("carpctl doctor", "carpctl doctor --json | jq .findings")),
            Map.entry(
                    "config",
                    List.of(
                            "carpctl config check /etc/carpd/carpd.toml",
                            "carpctl config show",
                            "carpctl config diff --peer")),
            Map.entry("import", List.of("carpctl import -o carpd.toml keepalived.conf conntrackd.conf")),
            Map.entry("reload", List.of("carpctl reload --dry-run", "carpctl reload", "carpctl reload --both")),
            Map.entry("confirm", List.of("carpctl reload --confirm 60 && carpctl status && carpctl confirm")),
            Map.entry("passphrase", List.of("carpctl passphrase rotate --both")),
            Map.entry("web", List.of("carpctl web user add alice", "carpctl web cert")),
            Map.entry("key", List.of("carpctl key new /etc/carpd/sync.key")),
            Map.entry("lab", List.of("sudo carpctl lab run", "sudo carpctl lab down")),
            Map.entry("completion", List.of("source <(carpctl completion bash)")));

    private Examples() {}

    /** Adds them to a command. */
    static void addTo(String name, CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        List<String> examples = OF.getOrDefault(name, List.of());
        if (!examples.isEmpty() && usage.footer().length == 0) {
            List<String> footer = new ArrayList<>(List.of("", examples.size() == 1 ? "Example:" : "Examples:"));
            examples.forEach(example -> footer.add("  " + example));
            usage.footer(footer.toArray(String[]::new));
        }
    }
}
