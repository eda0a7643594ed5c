// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Namespace;
import io.mirrorcarp.lab.traffic.TcpFlow;
import io.mirrorcarp.lab.traffic.TcpStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Each firewall is master of a group of its own: a gateway of the LAN, and the address that what it forwards leaves with. One dies while all groups carry
 * streams; the next one takes its group, and the rest stays where it is.
 */
final class SpreadDrill {
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration WAY_BACK_LIMIT = Duration.ofSeconds(60);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(8);
    private static final int CONNECTIONS_PER_GROUP = 10;
    private static final long STREAM_BYTES_PER_SECOND = 200_000;
    private static final int SKEW_STEP = 15;
    private static final int FIRST_PORT = 9001;
    private static final int FIRST_CLIENT = 100;
    /** The last number of the first further gateway and translated address. */
    private static final int FURTHER = 40;

    private final Stage stage;
    private final Topology topology;
    private final int groups;
    private final List<List<TcpFlow>> flows = new ArrayList<>();
    private final List<TcpStream> streams = new ArrayList<>();

    private SpreadDrill(Stage stage) {
        this.stage = stage;
        topology = stage.topology();
        groups = stage.firewalls().size();
    }

    static void run(Stage stage) {
        new SpreadDrill(stage).run();
    }

    static void stand(Stage stage) {
        new SpreadDrill(stage).stand();
    }

    private void stand() {
        for (int group = 1; group < groups; group++) {
            client(group);
        }
        for (int place = 0; place < groups; place++) {
            int node = place;
            stage.node(place).host().nft(translations());
            Toml.change(stage.node(place), text -> groups(text, node));
        }
        stage.firewalls().forEach(Firewall::start);
        for (int place = 0; place < groups; place++) {
            stage.await(place, "MASTER of its group alone", only(place));
        }
    }

    private void run() {
        stand();
        stage.claim(true, "each of the " + groups + " firewalls is master of one group");
        try {
            connect();
            stage.claim(broken().isEmpty(), flows() + " connections run, " + CONNECTIONS_PER_GROUP + " through each");
            lose();
        } finally {
            flows.forEach(group -> group.forEach(TcpFlow::close));
        }
    }

    private void lose() {
        int dead = 1;
        int heir = (dead + 1) % groups;
        String name = stage.node(dead).name();
        List<Integer> before = transitions(dead);
        stage.step(name + " loses power");
        stage.node(dead).powerLoss();
        stage.survives(
                stage.becomes(heir, master(heir).and(master(dead)), TAKEOVER_LIMIT) && broken().isEmpty(),
                stage.node(heir).name() + " takes its group, and all connections go on");
        stage.claim(transitions(dead).equals(before), "no other group moved");
        stage.node(dead).powerOn();
        stage.node(dead).host().nft(translations());
        stage.node(dead).start();
        stage.claim(
                stage.becomes(dead, only(dead), WAY_BACK_LIMIT) && stage.becomes(heir, only(heir), TAKEOVER_LIMIT),
                name + " comes back to its group");
        stage.survives(broken().isEmpty(), "all connections go on");
        stage.claim(transitions(dead).equals(before), "no other group moved");
    }

    /** How often the groups that {@code dead} is not preferred for have changed hands, on every other node. */
    private List<Integer> transitions(int dead) {
        List<Integer> all = new ArrayList<>();
        for (int place = 0; place < groups; place++) {
            if (place != dead) {
                for (JsonNode vhid : stage.node(place).status().path("vhids")) {
                    String name = vhid.path("name").asText();
                    if (!name.equals(lan(dead)) && !name.equals(wan(dead))) {
                        all.add(vhid.path("transitions").asInt());
                    }
                }
            }
        }
        return all;
    }

    private void connect() {
        for (int group = 0; group < groups; group++) {
            List<TcpFlow> mine = new ArrayList<>();
            flows.add(mine);
            for (int i = 0; i < CONNECTIONS_PER_GROUP; i++) {
                InetSocketAddress server =
                        new InetSocketAddress(Topology.SERVER, FIRST_PORT + group * CONNECTIONS_PER_GROUP + i);
                mine.add(TcpFlow.openFrom(topology.client(), address(clientOf(group)), topology.server(), server));
            }
            TcpFlow busy = mine.get(0);
            streams.add(TcpStream.start(busy.accepted(), busy.connected(), STREAM_BYTES_PER_SECOND));
        }
    }

    private int flows() {
        return flows.stream().mapToInt(List::size).sum();
    }

    /** What does not go on, in words; each group's first connection carries its stream. */
    private Optional<String> broken() {
        for (int group = 0; group < groups; group++) {
            Optional<String> stream = streams.get(group).awaitMore(STREAM_BYTES_PER_SECOND / 10, EXCHANGE_LIMIT);
            List<TcpFlow> quiet = flows.get(group).subList(1, CONNECTIONS_PER_GROUP);
            Optional<String> problem = stream.or(() -> quiet.stream()
                    .map(flow -> flow.exchange(EXCHANGE_LIMIT))
                    .flatMap(Optional::stream)
                    .findFirst());
            if (problem.isPresent()) {
                stage.step("group " + (group + 1) + ": " + problem.get());
                return problem;
            }
        }
        return Optional.empty();
    }

    /** A client of a further group is another address of the one that is there, with another gateway. */
    private void client(int group) {
        String table = String.valueOf(100 + group);
        topology.client().address("eth0", clientOf(group) + "/24");
        Namespace namespace = topology.client().namespace();
        namespace.ip("rule", "add", "from", clientOf(group), "lookup", table);
        namespace.ip("route", "add", "default", "via", "10.0.0." + last(group), "table", table);
    }

    private static String clientOf(int group) {
        return group == 0 ? Topology.CLIENT : "10.0.0." + (FIRST_CLIENT + group);
    }

    private static int last(int group) {
        return group == 0 ? 1 : FURTHER + group;
    }

    /** As carpctl init --nodes writes them: by the MAC address of the gateway. The rule of the first group takes what is left. */
    private String translations() {
        StringBuilder rules = new StringBuilder();
        for (int group = 1; group < groups; group++) {
            rules.append(String.format(
                    Locale.ROOT,
                    "    oifname \"wan0\" ether daddr 00:00:5e:00:01:%02x snat ip to 203.0.113.%d%n",
                    lanVhid(group),
                    last(group)));
        }
        return "table inet groups {\n  chain post {\n    type nat hook postrouting priority srcnat - 10;\n" + rules
                + "  }\n}\n";
    }

    private String groups(String toml, int place) {
        StringBuilder text = new StringBuilder(toml.replace("vhid     = 1\n", "vhid     = 1\ngroup    = \"1\"\n")
                .replace("vhid     = 2\n", "vhid     = 2\ngroup    = \"1\"\n"));
        for (int group = 1; group < groups; group++) {
            int advskew = Math.floorMod(place - group, groups) * SKEW_STEP;
            text.append(virtualHost(wan(group), lanVhid(group) - 1, group, "wan0", advskew, "203.0.113."));
            text.append(virtualHost(lan(group), lanVhid(group), group, "lan0", advskew, "10.0.0."));
        }
        return text.toString();
    }

    private static String virtualHost(String name, int vhid, int group, String carpdev, int advskew, String network) {
        return """

                [carp.%s]
                vhid     = %d
                group    = "%d"
                carpdev  = "%s"
                advskew  = %d
                passFile = "carp.key"
                address  = ["%s%d/24"]
                """.formatted(name, vhid, group + 1, carpdev, advskew, network, last(group));
    }

    private static int lanVhid(int group) {
        return 2 * group + 2;
    }

    private static String wan(int group) {
        return group == 0 ? "wan" : "wan" + (group + 1);
    }

    private static String lan(int group) {
        return group == 0 ? "lan" : "lan" + (group + 1);
    }

    private static Predicate<JsonNode> master(int group) {
        return Statuses.vhid(wan(group), "master").and(Statuses.vhid(lan(group), "master"));
    }

    /** Master of its own group and of no other, and as ready as replication makes it. */
    private Predicate<JsonNode> only(int place) {
        Predicate<JsonNode> condition = stage.synced();
        for (int group = 0; group < groups; group++) {
            String state = group == place ? "master" : "backup";
            condition = condition.and(Statuses.vhid(wan(group), state)).and(Statuses.vhid(lan(group), state));
        }
        return condition;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address that is spelled out needs no name server", e);
        }
    }
}
