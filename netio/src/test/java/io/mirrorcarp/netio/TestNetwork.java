// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces for one test, with random names, removed at the end and also when the JVM ends early. Needs root and iproute2;
 * without them the test is skipped with that reason.
 *
 * <pre>{@code
 * try (TestNetwork net = TestNetwork.create()) {
 *   String a = net.namespace("a");
 *   String b = net.namespace("b");
 *   net.veth(a, "eth0", b, "eth0");
 *   net.run(a, "ip addr add 10.0.0.1/24 dev eth0");
 *   PacketSocket socket = NetworkNamespace.within(a, () -> PacketSocket.open(...));
 * }
 * }</pre>
 */
public final class TestNetwork implements AutoCloseable {

    private static final Map<String, Boolean> LEFT = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LEFT.keySet().forEach(TestNetwork::remove)));
    }

    private final String prefix =
            String.format("mc-%06x-", ThreadLocalRandom.current().nextInt(1 << 24));
    private final Deque<String> namespaces = new ArrayDeque<>();
    private final List<Process> processes = Collections.synchronizedList(new ArrayList<>());

    private TestNetwork() {}

    /** A network without namespaces; skips the test where there is no root. */
    public static TestNetwork create() {
        Assumptions.assumeTrue(isRoot(), "needs root: network namespaces");
        return new TestNetwork();
    }

    private static boolean isRoot() {
        return command("id -u").strip().equals("0");
    }

    /** Adds a namespace with loopback up, and answers its full name. */
    public String namespace(String suffix) {
        String name = prefix + suffix;
        LEFT.put(name, true);
        command("ip netns add " + name);
        namespaces.push(name);
        run(name, "ip link set lo up");
        return name;
    }

    /** Joins two namespaces by a pair of interfaces, both up with carrier; IPv6 has no duplicate address detection on them. */
    public void veth(String namespaceA, String deviceA, String namespaceB, String deviceB) {
        command("ip link add " + deviceA + " netns " + namespaceA + " type veth peer name " + deviceB + " netns "
                + namespaceB);
        setUp(namespaceA, deviceA);
        setUp(namespaceB, deviceB);
        awaitCarrier(namespaceA, deviceA);
        awaitCarrier(namespaceB, deviceB);
    }

    /** The kernel tells the carrier of a new interface a little later than it has it. */
    private void awaitCarrier(String namespace, String device) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!run(namespace, "ip -br link show dev " + device).contains(" UP ")) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError(device + " of " + namespace + " has no carrier");
            }
        }
    }

    private void setUp(String namespace, String device) {
        run(namespace, "sysctl -qw net.ipv6.conf." + device + ".accept_dad=0");
        run(namespace, "ip link set dev " + device + " up");
    }

    /** The index of an interface. */
    public int ifindex(String namespace, String device) {
        return Integer.parseInt(
                run(namespace, "cat /sys/class/net/" + device + "/ifindex").strip());
    }

    /** Runs a command within a namespace and answers what it printed; fails the test where it fails. */
    public String run(String namespace, String command) {
        return command("ip netns exec " + namespace + " " + command);
    }

    /** Starts a command within a namespace, to be ended with the network. */
    public Process start(String namespace, String command) {
        try {
            Process process = new ProcessBuilder(("ip netns exec " + namespace + " " + command).split(" ", -1))
                    .redirectErrorStream(true)
                    .start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command, words split at blanks. */
    public static String command(String command) {
        try {
            Process process = new ProcessBuilder(command.split(" ", -1))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command, e);
        }
    }

    private static void remove(String name) {
        try {
            command("ip netns del " + name);
        } catch (AssertionError | UncheckedIOException ignored) {
            // Nothing is left to remove, or nothing can be done about it.
        }
        LEFT.remove(name);
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroy();
        }
        while (!namespaces.isEmpty()) {
            remove(namespaces.pop());
        }
    }
}
