// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** What two nodes of the previous frame version said to one another, and the messages as that version knew them. */
final class RecordedConversation {
    /** One frame as it passed. */
    record Passed(long nanos, String node, ByteString frame) {}

    private static final Path DIRECTORY = Path.of("src/test/resources/recorded");

    private RecordedConversation() {}

    /** The frames that one node sent, by the time since the start. */
    static List<Passed> of(String node) throws IOException {
        return Files.readAllLines(DIRECTORY.resolve("frames-of-version-1.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" "))
                .map(word -> new Passed(
                        Long.parseLong(word[0]) * 1_000,
                        word[1],
                        ByteString.copyFrom(HexFormat.of().parseHex(word[2]))))
                .filter(passed -> passed.node().equals(node))
                .toList();
    }

    /** The type of a message of version 1. */
    static Descriptor message(String name) throws IOException, DescriptorValidationException {
        FileDescriptorSet files =
                FileDescriptorSet.parseFrom(Files.readAllBytes(DIRECTORY.resolve("messages-of-version-1.desc")));
        return FileDescriptor.buildFrom(files.getFile(0), new FileDescriptor[0]).findMessageTypeByName(name);
    }
}
