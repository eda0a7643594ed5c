// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private Program program(Duration timeout, String body, String... arguments) throws IOException {
        String path = Scripts.write(directory.resolve("program"), body).toString();
        List<String> command = new java.util.ArrayList<>(List.of(path));
        command.addAll(List.of(arguments));
        return new Program(command, Map.of("CARP_STATE", "master"), timeout);
    }

    @Test
    void theArgumentsAndACleanEnvironmentAreGiven() throws Exception {
        Program.Result result = program(
                        LONG, "echo \"$1|$2|$CARP_STATE|$HOME|$(pwd)\"; cat; echo more >&2; exit 3", "a b", "c")
                .run();
        assertThat(result.output()).containsExactly("a b|c|master||/", "more");
        assertThat(result.exitStatus()).isEqualTo(3);
        assertThat(result.timedOut()).isFalse();
        assertThat(result.text(LONG)).isEqualTo("exit status 3: more");
        assertThat(program(LONG, "exit 0").run().isSuccess()).isTrue();
    }

    @Test
    void whatTakesTooLongIsKilledWithItsChildren() throws Exception {
        Path childPid = directory.resolve("child");
        Program.Result result = program(
                        Duration.ofSeconds(3), "sleep 1000 & echo $! >" + childPid + "; echo begun; wait")
                .run();
        assertThat(result.timedOut()).isTrue();
        assertThat(result.isSuccess()).isFalse();
        assertThat(result.text(Duration.ofSeconds(3))).isEqualTo("killed after 3000 ms: begun");
        long child = Long.parseLong(Files.readString(childPid).strip());
        await().atMost(Duration.ofSeconds(20)).until(() -> isGone(child));
    }

    /** A killed child whose parent is dead may stay as a zombie where nobody collects it. */
    private static boolean isGone(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        try {
            return Files.readString(stat).contains(") Z ");
        } catch (java.nio.file.NoSuchFileException expected) {
            return true;
        }
    }

    @Test
    void anInterruptEndsTheWaitAndTheProgram() throws Exception {
        Path pid = directory.resolve("pid");
        Program program = program(LONG, "echo $$ >" + pid + "; exec sleep 1000");
        Thread runner = new Thread(() -> {
            try {
                program.run();
            } catch (InterruptedException expected) {
                // That is what the test is for.
            }
        });
        runner.start();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(pid) && Files.readString(pid).endsWith("\n"));
        runner.interrupt();
        runner.join(20_000);
        assertThat(runner.isAlive()).isFalse();
        long process = Long.parseLong(Files.readString(pid).strip());
        await().atMost(Duration.ofSeconds(20)).until(() -> isGone(process));
    }

    @Test
    void outputWithoutEndIsCutAndBlocksNothing() throws Exception {
        Program.Result result =
                program(LONG, "yes 0123456789 | head -c 1000000; exit 4").run();
        assertThat(result.exitStatus()).isEqualTo(4);
        assertThat(String.join("\n", result.output()).length()).isBetween(4000, Program.MAXIMUM_OUTPUT_BYTES);
    }

    @Test
    void oneThatWritesForEverIsKilledInTime() throws Exception {
        long beganNanos = System.nanoTime();
        Program.Result result =
                program(Duration.ofMillis(300), "trap '' TERM; yes").run();
        assertThat(result.timedOut()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(10));
    }

    /** Neither is a descendant of the program any more. */
    @Test
    void whatTookASessionOfItsOwnOrLostItsParentIsKilledToo() throws Exception {
        Path pids = directory.resolve("pids");
        Program.Result result = program(
                        Duration.ofSeconds(2),
                        "(sleep 1000 & echo $! >>" + pids + ")\n(setsid sleep 1000 & echo $! >>" + pids
                                + ")\nsleep 1000")
                .run();
        assertThat(result.timedOut()).isTrue();
        for (String pid : Files.readAllLines(pids)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> isGone(Long.parseLong(pid)));
        }
        assertThat(Files.readAllLines(pids)).hasSize(2);
    }

    @Test
    void aBackgroundProcessThatKeepsThePipeIsNotWaitedFor() throws Exception {
        Path pid = directory.resolve("pid");
        Program.Result result =
                program(LONG, "sleep 1000 & echo $! >" + pid + "; exit 0").run();
        assertThat(result.isSuccess()).isTrue();
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void whatCannotBeStartedSaysWhy() throws Exception {
        Program absent = new Program(List.of(directory.resolve("absent").toString()), Map.of(), LONG);
        assertThat(absent.run().exitStatus()).isEqualTo(126);
        assertThat(absent.run().text(LONG)).contains("No such file");
    }

    @Test
    void theFirstLineOfAScriptSaysWhyItCannotBeStarted() throws Exception {
        Program program = program(LONG, "exit 0");
        Path script = Path.of(program.command().get(0));
        String body = Files.readString(script);
        Files.writeString(script, body.replace("\n", "\r\n"));
        assertThat(program.run().text(LONG)).contains("CR LF").contains("sed -i");
        Files.writeString(script, "#!/no/such/shell -e\n");
        assertThat(program.run().text(LONG)).contains("its first line names /no/such/shell, which is not there");
    }

    @Test
    void onlyWhatNobodyElseCanChangeIsTrusted() throws IOException {
        Path program = Scripts.write(directory.resolve("trusted"), "exit 0");
        assertThat(TrustedFile.programProblem(program)).isEmpty();
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThat(TrustedFile.programProblem(program))
                .contains("it has mode 0775, so others can change it: chmod go-w " + program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(TrustedFile.programProblem(program)).contains("it is not executable: chmod +x " + program);
        assertThat(TrustedFile.programProblem(directory)).contains("it is not a file");
        assertThat(TrustedFile.programProblem(directory.resolve("absent"))).contains("there is no such file");
        assertThat(TrustedFile.directoryProblem(directory)).isEmpty();
        assertThat(TrustedFile.directoryProblem(program)).contains("it is not a directory");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(TrustedFile.directoryProblem(directory))
                .contains("it has mode 0777, so others can change it: chmod go-w " + directory);
    }
}
