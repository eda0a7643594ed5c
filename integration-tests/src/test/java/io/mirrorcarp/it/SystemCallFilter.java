// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A seccomp filter, as a container or a unit has one. */
final class SystemCallFilter {
    /** Of x86_64. */
    static final String RECVMMSG = "299";

    private SystemCallFilter() {}

    /**
     * The words to put before a command, so that the kernel answers EPERM to some of its system calls.
     *
     * @param directory where the program that sets the filter may lie
     * @param numbers those of the calls on x86_64, with commas between
     */
    static List<String> refusing(Path directory, String numbers) throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers of system calls are those of x86_64");
        Path filter = Files.writeString(directory.resolve("filter.pl"), """
                my $program = pack("SCCL", 0x20, 0, 0, 0);
                $program .= pack("SCCL", 0x15, 0, 1, $_) . pack("SCCL", 0x06, 0, 0, 0x00050001) for split /,/, shift @ARGV;
                $program .= pack("SCCL", 0x06, 0, 0, 0x7fff0000);
                syscall(157, 38, 1, 0, 0, 0) == 0 or die "no new privileges: $!";
                syscall(157, 22, 2, pack("Sx6P", length($program) / 8, $program)) == 0 or die "filter: $!";
                exec @ARGV or die;
                """);
        return List.of("perl", filter.toString(), numbers);
    }
}
