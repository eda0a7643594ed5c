// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/** Whatever a netlink socket brings, the reader stays within it. docs/architecture.md tells how to fuzz. */
@Tag("fuzz")
class NetlinkFuzzTest {
    private static final int MOST_DEPTH = 8;

    @FuzzTest(maxDuration = "1m")
    void messages(byte[] data) {
        NetlinkReader reader = new NetlinkReader();
        reader.reset(ByteBuffer.allocateDirect(data.length).put(data).flip());
        while (reader.next()) {
            if (reader.bodyLength() >= 4 && reader.attributes(4)) {
                read(reader, 0);
            }
        }
    }

    private static void read(NetlinkReader reader, int depth) {
        while (reader.nextAttribute()) {
            int length = reader.valueLength();
            assertThat(reader.bytes()).hasSize(length);
            if (length >= 4) {
                reader.be32();
            }
            reader.string();
            if (depth < MOST_DEPTH && reader.enter()) {
                read(reader, depth + 1);
                reader.leave();
            }
        }
    }
}
