// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.ctl.setup.HostDevices;
import io.mirrorcarp.ctl.setup.Questions;
import io.mirrorcarp.ctl.setup.Segment;
import io.mirrorcarp.ctl.setup.SetupFiles;
import io.mirrorcarp.ctl.setup.SetupPlan;
import io.mirrorcarp.ctl.setup.Spread;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        description = {
            "Make the first node of a pair: its configuration, its keys, and the rules of its packet filter. Needs no daemon.",
            "",
            "Without --inside and --outside it asks five questions. Each interface has a fixed address of its own; the virtual one is another. "
                    + "The second node gets its files by carpctl pair."
        },
        footer = {
            "",
            "Examples:",
            "  carpctl init",
            "  carpctl init --apply --outside wan0=203.0.113.1/24 --inside lan0=10.0.0.1/24 --sync sync0,lan0",
            "  carpctl init --inside eth0=192.0.2.10/24,2001:db8::10/64",
            "  carpctl init --nodes fw-a,fw-b --outside wan0=203.0.113.1/24,203.0.113.2/24 --inside lan0=10.0.0.1/24 --sync sync0"
        })
final class InitCommand implements Callable<Integer> {
    private static final String NODE_NAME = "[A-Za-z0-9._-]{1,63}";

    @Option(
            names = "--outside",
            paramLabel = "DEV=ADDR/LEN",
            description =
                    "An interface to networks that connections are opened to, and its virtual addresses, with commas between them.")
    private Map<String, String> outside = new LinkedHashMap<>();

    @Option(
            names = "--inside",
            paramLabel = "DEV=ADDR/LEN",
            description = "An interface to hosts that open connections, and its virtual addresses.")
    private Map<String, String> inside = new LinkedHashMap<>();

    @Option(
            names = "--sync",
            split = ",",
            paramLabel = "DEV",
            description =
                    "The interface of the cable between the two nodes; without one, connections end at a failover. "
                            + "States go by a second one, which may be one inside, when the cable fails.")
    private List<String> syncdevs = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "The name of this node (default: the host name).")
    private @Nullable String name;

    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "NAME",
            description =
                    "The names of 2 to 16 nodes, with commas between them: all of them work. Each interface outside has an address for each "
                            + "group, at least one a node; one inside has as many, or one IPv4 address that the nodes share by arpbalance. IPv6 beside it: "
                            + "an address for each group, or one that the first group serves.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--vhid",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first vhid; each network gets the next one (default: ${DEFAULT-VALUE}).")
    private int vhid;

    @Option(
            names = "--ssh-port",
            paramLabel = "PORT",
            defaultValue = "22",
            description = "The rules let it in from everywhere (default: ${DEFAULT-VALUE}).")
    private int sshPort;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "/etc/carpd",
            description = "Where the files go (default: ${DEFAULT-VALUE}).")
    private String directory;

    @Option(names = "--apply", description = "Load the settings of the kernel and the rules, for nftables, now.")
    private boolean apply;

    @Option(names = "--force", description = "Replace files that are there already.")
    private boolean force;

    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        HostDevices host = HostDevices.find();
        SetupPlan plan;
        try {
            List<Segment> segments = segments(host);
            plan = new SetupPlan(node(), segments, syncdevs, vhid, sshPort, spread(segments));
        } catch (IOException e) {
            carpctl.err().println("carpctl: " + e.getMessage());
            return ExitStatus.FAILED;
        }
        check(plan, host);
        Path target = Path.of(directory).toAbsolutePath().normalize();
        SetupOutput output = new SetupOutput(carpctl, target);
        int status = output.write(SetupFiles.of(plan), force);
        if (status == ExitStatus.OK) {
            status = apply ? output.apply() : output.tellHowToApply();
            carpctl.out()
                    .println("next: carpctl pair export "
                            + (directory.equals("/etc/carpd") ? "" : "--dir " + directory + " ") + "pair.carpd");
        }
        return status;
    }

    private String node() {
        String node = name == null
                ? ConfigurationFile.surroundings(Path.of("/")).hostName().replaceFirst("\\..*", "")
                : name;
        if (!node.matches(NODE_NAME)) {
            throw usage("the name of a node is 1 to 63 letters, digits, '.', '_' and '-', not \"" + node
                    + "\": use --name");
        }
        return node;
    }

    /** Empty for a pair of which one waits. */
    private Optional<Spread> spread(List<Segment> segments) {
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        String node = node();
        if (nodes.size() < 2
                || nodes.size() > Spread.MOST_NODES
                || Set.copyOf(nodes).size() < nodes.size()) {
            throw usage("--nodes are 2 to " + Spread.MOST_NODES + " different names");
        }
        nodes.stream().filter(each -> !each.matches(NODE_NAME)).findFirst().ifPresent(bad -> {
            throw usage("\"" + bad + "\" is no name of a node: letters, digits, '.', '_' and '-', at most 63");
        });
        if (!nodes.contains(node)) {
            throw usage("this node is called " + node + ", which is not one of --nodes: say which one with --name");
        }
        Spread spread = Spread.over(nodes, segments);
        spread.problem(segments).ifPresent(problem -> {
            throw usage(problem);
        });
        return Optional.of(spread);
    }

    private List<Segment> segments(HostDevices host) throws IOException {
        List<Segment> segments = new ArrayList<>();
        if (!outside.isEmpty() || !inside.isEmpty()) {
            outside.forEach((device, text) -> segments.add(segment("wan", device, text, true, segments)));
            inside.forEach((device, text) -> segments.add(segment("lan", device, text, false, segments)));
            return segments;
        }
        BufferedReader answers = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Questions questions = new Questions(host, answers, carpctl.out());
        questions
                .segment("wan", "Interface to the outside, such as the Internet (- for none)", true)
                .ifPresent(segments::add);
        questions
                .segment(
                        "lan",
                        "Interface to the inside, whose hosts have the pair as their gateway (- for none)",
                        false)
                .ifPresent(segments::add);
        if (segments.isEmpty()) {
            throw new IOException("there is nothing to do without an interface outside or inside");
        }
        syncdevs = questions.syncdevs();
        return segments;
    }

    private Segment segment(String kind, String device, String text, boolean isOutside, List<Segment> earlier) {
        List<AddressPrefix> addresses = new ArrayList<>();
        String problem = Questions.addresses(text, addresses);
        if (problem != null) {
            throw usage(problem);
        }
        long same = earlier.stream()
                .filter(segment -> segment.outside() == isOutside)
                .count();
        return new Segment(kind + (same == 0 ? "" : same + 1), device, addresses, isOutside);
    }

    private void check(SetupPlan plan, HostDevices host) {
        List<String> devices =
                new ArrayList<>(plan.segments().stream().map(Segment::carpdev).toList());
        checkDevices(devices, host);
        checkDevices(plan.syncdevs(), host);
        if (!plan.syncdevs().isEmpty() && devices.contains(plan.syncdevs().get(0))) {
            throw usage(plan.syncdevs().get(0)
                    + " is inside or outside too: name the cable between the nodes first, and this one after it");
        }
        if (vhid < 1 || plan.lastVhid() > 255) {
            throw usage("vhids are 1 to 255, and the last one would be " + plan.lastVhid());
        }
        if (sshPort < 1 || sshPort > 65_535) {
            throw usage("a TCP port is 1 to 65535");
        }
        checkAddresses(plan, host);
    }

    private void checkDevices(List<String> devices, HostDevices host) {
        for (String device : devices) {
            if (host.named(device).isEmpty()) {
                throw usage("there is no interface \"" + device + "\": there is " + String.join(", ", host.names()));
            }
            if (devices.indexOf(device) != devices.lastIndexOf(device)) {
                throw usage(device + " is named twice");
            }
        }
    }

    private void checkAddresses(SetupPlan plan, HostDevices host) {
        for (Segment segment : plan.segments()) {
            HostDevices.Device device = host.named(segment.carpdev()).orElseThrow();
            for (AddressPrefix address : segment.addresses()) {
                if (device.addresses().stream().anyMatch(own -> own.address().equals(address.address()))) {
                    throw usage(address + " is the own address of " + device.name()
                            + ": the virtual address is another one in its network");
                }
            }
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
