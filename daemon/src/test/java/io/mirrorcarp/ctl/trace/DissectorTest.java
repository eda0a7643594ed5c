// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.mirrorcarp.proto.pfsync.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DissectorTest {
    private static final Path LUA = Path.of("../contrib/mirrorcarp.lua");

    @TempDir
    private Path directory;

    /** To write it anew: -Dcontrib.write=true. */
    @Test
    void theFileIsWhatTheTableSays() throws IOException {
        if (Boolean.getBoolean("contrib.write")) {
            Files.writeString(LUA, Dissector.lua());
        }
        assertThat(Files.readString(LUA)).isEqualTo(Dissector.lua());
    }

    /** A field that a frame gets is one that the dissector must know. */
    @Test
    void theTableHasEachFieldOfAFrame() {
        assertThat(Dissector.FIELDS.stream().map(Dissector.Field::number))
                .containsExactlyElementsOf(Frame.getDescriptor().getFields().stream()
                        .map(FieldDescriptor::getNumber)
                        .toList());
    }

    /** tshark reads our capture files, comments included, and shows the header by the dissector. */
    @Test
    void tsharkShowsTheHeaderAndTheComment() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "needs tshark: apt-get install tshark");
        Path capture = directory.resolve("trace.pcapng");
        try (PcapngFile file = new PcapngFile(capture)) {
            file.add(
                    "sync0",
                    1_000_000L,
                    ByteBuffer.wrap(TraceTextTest.heartbeat(TraceTextTest.secret(1))),
                    "heartbeat of fw-a");
            byte[] strange = TraceTextTest.frame(new byte[] {1, 2, 3, 4});
            file.add("lan0", 2_000_000L, ByteBuffer.wrap(strange), "no frame of ours");
        }
        assertThat(Files.getPosixFilePermissions(capture))
                .as("it tells what was sealed")
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        String shown = tshark(
                capture,
                "mirrorcarp.version",
                "mirrorcarp.key",
                "mirrorcarp.creatorid",
                "mirrorcarp.epoch",
                "mirrorcarp.control",
                "frame.interface_name",
                "frame.comment",
                "frame.time_epoch");
        assertThat(shown.lines())
                .containsExactly(
                        "1|1|0x6f1c2a90|0x0000000000000005|3|sync0|heartbeat of fw-a|1.000000000",
                        "|||||lan0|no frame of ours|2.000000000");
    }

    private String tshark(Path capture, String... fields) throws IOException, InterruptedException {
        java.util.List<String> line = new java.util.ArrayList<>(java.util.List.of(
                "tshark",
                "-X",
                "lua_script:" + LUA.toAbsolutePath().normalize(),
                "-r",
                capture.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|"));
        for (String field : fields) {
            line.add("-e");
            line.add(field);
        }
        Path errors = directory.resolve("errors");
        Process process =
                new ProcessBuilder(line).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        assertThat(Files.readString(errors)).doesNotContainIgnoringCase("lua:");
        return out;
    }
}
