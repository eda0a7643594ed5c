// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.daemon.control.Event;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.program.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HooksTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final EventLog events = new EventLog(Clock.systemUTC());
    private final List<Hooks> opened = new ArrayList<>();
    private Path dir;
    private Path heard;

    @BeforeEach
    void aDirectoryOfHooks() throws IOException {
        dir = Files.createDirectory(directory.resolve("hooks.d"));
        heard = directory.resolve("heard");
        Files.createFile(heard);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Hooks hooks : opened) {
            hooks.close(Duration.ZERO);
        }
    }

    private Hooks open(Duration timeout) {
        Hooks hooks = new Hooks(dir, timeout, "fw-a", events);
        opened.add(hooks);
        return hooks;
    }

    private static HookEvent event(String state, String reason) {
        return new HookEvent(state, "backup", "wan", 7, "wan0", reason);
    }

    private void awaitHeard(String... lines) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Files.readAllLines(heard)).containsExactly(lines));
    }

    private void awaitTold(String message) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(events.last(EventLog.CAPACITY))
                        .extracting(Event::message)
                        .contains(message));
    }

    @Test
    void eachHookHearsEachEventInOrderByArgumentsAndEnvironment() throws Exception {
        Scripts.write(dir.resolve("20-second"), "echo \"second $CARP_STATE\" >>" + heard);
        Scripts.write(
                dir.resolve("10-first"),
                "echo \"$1 $2 $3 $4 ($5) $CARP_STATE $CARP_OLD_STATE $CARP_NAME $CARP_VHID $CARP_CARPDEV ($CARP_REASON)"
                        + " $CARP_NODE\" >>" + heard + "; echo said; exit $6");
        Hooks hooks = open(Duration.ofMinutes(1));
        hooks.post(event("master", "master timed out"));
        hooks.post(event("init", "shutdown"));
        awaitHeard(
                "master wan 7 wan0 (master timed out) master backup wan 7 wan0 (master timed out) fw-a",
                "second master",
                "init wan 7 wan0 (shutdown) init backup wan 7 wan0 (shutdown) fw-a",
                "second init");
        awaitTold("10-first: said");
    }

    @Test
    void oneThatFailsOrHangsIsReportedAndTheOthersRun() throws Exception {
        Scripts.write(dir.resolve("1-fails"), "echo no disk; exit 9");
        Scripts.write(dir.resolve("2-hangs"), "exec sleep 1000");
        Scripts.write(dir.resolve("3-works"), "echo $1 >>" + heard);
        open(Duration.ofSeconds(2)).post(event("master", "x"));
        awaitHeard("master");
        awaitTold("1-fails master wan: exit status 9: no disk");
        awaitTold("2-hangs master wan: killed after 2000 ms");
    }

    @Test
    void oneWhoseNameIsNoHooksIsNotRunAndIsNamedFromTheStart() throws Exception {
        Path named = dir.resolve("10-notify.sh");
        Scripts.write(named, "echo $1 >>" + heard);
        Scripts.write(dir.resolve("20-mine"), "echo mine >>" + heard);
        Scripts.write(dir.resolve("20-mine~"), "echo copy >>" + heard);
        Files.createFile(dir.resolve("README.txt"));
        Path unmarked = Files.writeString(dir.resolve("30-mail.sh"), "#!/bin/sh\n");
        Hooks hooks = open(Duration.ofMinutes(1));
        awaitTold(unmarked + " is not run: a hook's name has only letters, digits, '_' and '-': rename it to 30-mail");
        awaitTold(named + " is not run: a hook's name has only letters, digits, '_' and '-': rename it to 10-notify");
        hooks.post(event("master", "x"));
        awaitHeard("mine");
        assertThat(events.last(EventLog.CAPACITY)).hasSize(2);
    }

    @Test
    void postingNeverWaitsAndTheQueueIsBounded() throws Exception {
        Path go = directory.resolve("go");
        Scripts.write(dir.resolve("waits"), "while [ ! -e " + go + " ]; do sleep 0.05; done; echo $1 >>" + heard);
        Hooks hooks = open(Duration.ofMinutes(5));
        for (int i = 0; i < 200; i++) {
            hooks.post(event("backup", "event " + i));
        }
        awaitTold("dropped backup wan: 64 events wait for a hook to end");
        assertThat(Files.readAllLines(heard)).isEmpty();
        Files.createFile(go);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Files.readAllLines(heard)).hasSizeGreaterThanOrEqualTo(64));
        assertThat(Files.readAllLines(heard)).hasSizeLessThanOrEqualTo(66);
    }

    @Test
    void whatOthersCanChangeAndWhatIsNoHookIsNotRun() throws Exception {
        Path open = Scripts.write(dir.resolve("1-open"), "echo open >>" + heard);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Scripts.write(dir.resolve("2-hook.bak"), "echo backup >>" + heard);
        Scripts.write(dir.resolve("3-hook"), "echo hook >>" + heard);
        Hooks hooks = open(Duration.ofMinutes(1));
        hooks.post(event("master", "x"));
        awaitHeard("hook");
        String refusal = open + " is not run: it has mode 0777, so others can change it: chmod go-w " + open;
        awaitTold(refusal);
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxrwx"));
        hooks.post(event("master", "x"));
        awaitTold(dir + " is not run: it has mode 0777, so others can change it: chmod go-w " + dir);
        assertThat(Files.readAllLines(heard)).containsExactly("hook");
        assertThat(events.last(EventLog.CAPACITY).stream()
                        .filter(event -> event.message().equals(refusal)))
                .as("told once")
                .hasSize(1);
    }

    @Test
    void theServicesAreReadyWhenEveryHookSaysSo() throws Exception {
        Path ready = directory.resolve("ready");
        Scripts.write(dir.resolve("1-yes"), "[ $1 = start ]");
        Scripts.write(dir.resolve("2-later"), "echo $1 >>" + heard + "; test -e " + ready);
        CountDownLatch told = new CountDownLatch(1);
        Hooks hooks = open(Duration.ofMinutes(1));
        hooks.askWhetherReady(told::countDown);
        await().atMost(LIMIT).until(() -> Files.readAllLines(heard).contains("start"));
        assertThat(told.getCount()).as("the second said no").isEqualTo(1);
        Files.createFile(ready);
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whereThereIsNoHookNobodySaysReady() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        open(Duration.ofMinutes(1)).askWhetherReady(told::countDown);
        assertThat(told.await(500, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void theLastWordsAreHeardBeforeTheEnd() throws Exception {
        Scripts.write(dir.resolve("hook"), "sleep 0.1; echo $CARP_REASON >>" + heard);
        Hooks hooks = open(Duration.ofMinutes(1));
        hooks.post(event("backup", "one"));
        hooks.post(event("init", "shutdown"));
        hooks.close(Duration.ofMinutes(1));
        assertThat(Files.readAllLines(heard)).containsExactly("one", "shutdown");
    }
}
