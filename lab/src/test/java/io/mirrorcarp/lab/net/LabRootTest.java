// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LabRootTest {
    @BeforeEach
    void needsRoot() {
        Root.required();
    }

    @Test
    void closingEndsProcessesAndRemovesNamespacesAndFiles() {
        Lab lab = Lab.open();
        LabHost host = lab.host("one");
        LabProcess process = host.spawn("sleep", "sleep", "600");
        await().until(() -> host.namespace().processes().size() == 1);

        lab.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(existing(lab.id())).isEmpty();
        assertThat(lab.directory()).doesNotExist();
    }

    @Test
    void anExceptionLeavesNothing() {
        String[] id = new String[1];
        assertThatThrownBy(() -> {
                    try (Lab lab = Lab.open()) {
                        id[0] = lab.id();
                        lab.host("one").run("false").orThrow();
                    }
                })
                .isInstanceOf(LabException.class)
                .hasMessageContaining("false: exit status 1");
        assertThat(existing(id[0])).isEmpty();
    }

    @Test
    void aProcessThatWasNotSpawnedHereIsEndedToo() {
        List<ProcessHandle> orphans;
        try (Lab lab = Lab.open()) {
            LabHost host = lab.host("one");
            // The shell ends at once; its child is nobody's.
            host.run("sh", "-c", "sleep 600 > /dev/null 2>&1 &").orThrow();
            orphans = host.namespace().processes();
            assertThat(orphans).hasSize(1);
        }
        assertThat(orphans).noneMatch(ProcessHandle::isAlive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalToItsProcessRemovesTheLab(String signal) throws Exception {
        Process holder = startHolder();
        try {
            String id = readId(holder);
            assertThat(existing(id)).hasSize(1);

            Commands.run("kill", "-" + signal, String.valueOf(holder.pid())).orThrow();

            assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(existing(id)).isEmpty();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void aLabWhoseProcessWasKilledIsALeftoverAndCanBeRemoved() throws Exception {
        Process holder = startHolder();
        String id = readId(holder);
        assertThat(condition(id)).isEqualTo(Leftovers.Condition.RUNNING);
        assertThat(Leftovers.remove(id)).as("remove while in use").isFalse();
        List<ProcessHandle> inside =
                Namespace.find("mc-" + id + "-one").orElseThrow().processes();

        holder.destroyForcibly().waitFor();

        assertThat(condition(id)).isEqualTo(Leftovers.Condition.ORPHANED);
        assertThat(Leftovers.remove(id)).isTrue();
        assertThat(existing(id)).isEmpty();
        assertThat(inside).hasSize(1).noneMatch(ProcessHandle::isAlive);
        assertThat(Leftovers.list()).noneMatch(lab -> lab.id().equals(id));
    }

    @Test
    void cuttingTheCableDropsTheCarrierOfThatHostOnly() {
        try (Lab lab = Lab.open()) {
            LabNetwork lan = lab.network("lan");
            LabHost one = lab.host("one");
            LabHost two = lab.host("two");
            one.plug(lan, "lan0");
            two.plug(lan, "lan0");
            await().until(() -> carrier(one) && carrier(two));

            lan.cutCable(one);
            await().atMost(Duration.ofSeconds(2)).until(() -> !carrier(one));
            assertThat(carrier(two)).isTrue();

            lan.restoreCable(one);
            await().atMost(Duration.ofSeconds(2)).until(() -> carrier(one));
        }
    }

    @Test
    void eitherEndOfACableHasItsCarrierFromTheOther() {
        try (Lab lab = Lab.open()) {
            LabNetwork sync = lab.cable("sync");
            LabHost one = lab.host("one");
            LabHost two = lab.host("two");
            one.plug(sync, "lan0");
            two.plug(sync, "lan0");
            await().until(() -> carrier(one) && carrier(two));

            sync.cutCable(one);
            await().atMost(Duration.ofSeconds(2)).until(() -> !carrier(one) && !carrier(two));
            sync.restoreCable(one);
            await().atMost(Duration.ofSeconds(2)).until(() -> carrier(one) && carrier(two));
            one.powerOff();
            await().atMost(Duration.ofSeconds(2)).until(() -> !carrier(two));
            one.reboot();
            await().atMost(Duration.ofSeconds(2)).until(() -> carrier(one) && carrier(two));
        }
    }

    @Test
    void aRebootForgetsTheKernelsStateAndKeepsCablesAndFiles() throws IOException {
        try (Lab lab = Lab.open()) {
            LabNetwork lan = lab.network("lan");
            LabHost one = lab.host("one");
            one.plug(lan, "lan0");
            one.address("lan0", "10.0.0.2/24");
            LabProcess process = one.spawn("sleep", "sleep", "600");
            Files.writeString(one.directory().resolve("file"), "kept");

            one.powerOff();
            assertThat(process.isAlive()).isFalse();
            await().until(() -> !carrier(one));
            one.reboot();

            await().until(() -> carrier(one));
            assertThat(one.namespace()
                            .ip("-4", "address", "show", "dev", "lan0")
                            .out())
                    .isEmpty();
            assertThat(one.directory().resolve("file")).hasContent("kept");
        }
    }

    @Test
    void javaCodeRunsInsideTheNamespace() {
        try (Lab lab = Lab.open()) {
            LabHost host = lab.host("one");
            host.namespace().ip("link", "add", "mark0", "type", "bridge");
            host.address("mark0", "10.0.0.2/24");
            assertThat(host.call(() -> NetworkInterface.getByName("mark0"))).isNotNull();
        }
    }

    /** What goes on in another process' lab is not disturbed by somebody who does not name his own. */
    @Test
    void withoutANameNoLabIsFoundInWhichARunGoesOn() {
        try (Lab first = Lab.open();
                Lab second = Lab.open()) {
            List<LabDirectory> both = LabDirectory.all().stream()
                    .filter(one -> List.of(first.id(), second.id()).contains(one.id()))
                    .toList();
            assertThatThrownBy(() -> StandingLab.find("", both))
                    .hasMessageContainingAll("carpctl lab up makes one", first.id(), second.id());
            assertThat(StandingLab.find(first.id(), both).id()).isEqualTo(first.id());
            second.offer();
            assertThat(StandingLab.find("", both).id()).isEqualTo(second.id());
            first.offer();
            assertThatThrownBy(() -> StandingLab.find("", both))
                    .hasMessageContainingAll("several labs stand", first.id(), second.id());
        }
    }

    private static boolean carrier(LabHost host) {
        return host.namespace().ip("link", "show", "lan0").out().contains("LOWER_UP");
    }

    private static List<String> existing(String id) {
        return Commands.run("ip", "netns", "list")
                .orThrow()
                .out()
                .lines()
                .filter(line -> line.startsWith("mc-" + id + "-"))
                .toList();
    }

    private static Leftovers.Condition condition(String id) {
        return Leftovers.list().stream()
                .filter(lab -> lab.id().equals(id))
                .findFirst()
                .orElseThrow()
                .condition();
    }

    /** A build in the background ignores SIGINT, and its children inherit that: the holder must not. */
    private static Process startHolder() throws IOException {
        return new ProcessBuilder(
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LabHolder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String readId(Process holder) throws IOException {
        BufferedReader reader = holder.inputReader();
        String id = reader.readLine();
        assertThat(id).matches("[0-9a-f]{6}");
        return id;
    }
}
