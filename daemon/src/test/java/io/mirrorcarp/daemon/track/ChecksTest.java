// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.daemon.config.CheckKind;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.daemon.program.Scripts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final List<DemotionSource> sources = new CopyOnWriteArrayList<>();

    private static TrackConfiguration.Check script(Path command, Duration timeout, int fall, int rise) {
        return new TrackConfiguration.Check(
                "gateway",
                CheckKind.SCRIPT,
                command.toString(),
                Map.of(),
                new TrackConfiguration.Schedule(Duration.ofMillis(100), timeout, fall, rise, Duration.ZERO),
                50,
                Optional.of("outside"));
    }

    private void awaitSources(String... lines) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(sources)
                        .extracting(source ->
                                source.name() + " " + source.group() + " " + source.value() + " " + source.reason())
                        .containsExactly(lines));
    }

    @Test
    void aCheckThatFailsDemotesUntilItSucceeds() throws Exception {
        Path down = directory.resolve("down");
        Path gateway =
                Scripts.write(directory.resolve("check"), "test ! -e " + down + " || { echo no answer; exit 1; }");
        Checks checks = new Checks(List.of(script(gateway, LIMIT, 2, 3)), sources::add);
        try {
            Files.createFile(down);
            awaitSources("track:gateway outside 50 gateway failed, exit status 1: no answer");
            Files.delete(down);
            awaitSources(
                    "track:gateway outside 50 gateway failed, exit status 1: no answer",
                    "track:gateway outside 0 gateway succeeded");
        } finally {
            checks.close();
        }
    }

    @Test
    void oneThatHangsFailsAndDoesNotKeepTheOthersFromRunning() throws Exception {
        Path hangs = Scripts.write(directory.resolve("hangs"), "exec sleep 1000");
        Checks checks = new Checks(List.of(script(hangs, Duration.ofMillis(300), 2, 1)), sources::add);
        try {
            awaitSources("track:gateway outside 50 gateway failed, killed after 300 ms");
        } finally {
            checks.close();
        }
    }

    private static TrackConfiguration.Check file(String target) {
        return new TrackConfiguration.Check(
                "switch",
                CheckKind.FILE,
                target,
                Map.of(),
                new TrackConfiguration.Schedule(Duration.ofMillis(100), LIMIT, 1, 1, Duration.ZERO),
                50,
                Optional.empty());
    }

    /** Nobody writes to the FIFO, so that one who opened it would wait. */
    @Test
    void aDirectoryAndAFifoAreThereAndALinkToNowhereIsNot() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
        Checks checks = new Checks(
                List.of(file(fifo.toString()), file(directory.toString()), file(link.toString())), sources::add);
        try {
            awaitSources("track:switch  50 switch failed, " + link + " is not there");
        } finally {
            checks.close();
        }
    }

    @Test
    void oneThatOthersCanChangeIsNotRunAndCountsAsFailed() throws Exception {
        Path ran = directory.resolve("ran");
        Path open = Scripts.write(directory.resolve("open"), "touch " + ran);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Checks checks = new Checks(List.of(script(open, LIMIT, 1, 1)), sources::add);
        try {
            awaitSources("track:gateway outside 50 gateway failed, " + open
                    + " is not run: it has mode 0777, so others can change it: chmod go-w " + open);
            assertThat(ran).doesNotExist();
        } finally {
            checks.close();
        }
    }

    /** s and f: results; upper case where the count changes. */
    @ParameterizedTest
    @CsvSource({
        "1,1,sFSFfS",
        "2,2,sfFfs",
        "2,2,fFsfsSfsf",
        "3,1,ffsffFSff",
        "1,3,FssfssSs",
    })
    void resultsInARowDecide(int fall, int rise, String results) {
        CheckCount count = new CheckCount(fall, rise, 0);
        for (int i = 0; i < results.length(); i++) {
            char result = results.charAt(i);
            assertThat(count.onResult(Character.toLowerCase(result) == 's', i))
                    .isEqualTo(Character.isUpperCase(result));
        }
    }

    /** s and f: results, a second apart; upper case where the count changes. */
    @ParameterizedTest
    @CsvSource({
        "4,1,FsssSF",
        "3,1,FsfssS",
        "2,2,FsSFsS",
        "0,1,FSFS",
    })
    void theLastFailureMustBeLongEnoughPast(int holdDown, int rise, String results) {
        CheckCount count = new CheckCount(1, rise, holdDown);
        for (int i = 0; i < results.length(); i++) {
            char result = results.charAt(i);
            assertThat(count.onResult(Character.toLowerCase(result) == 's', i))
                    .as("result %d of %s", i, results)
                    .isEqualTo(Character.isUpperCase(result));
        }
    }
}
