// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/** Whatever a ctnetlink socket brings is entries or none. docs/architecture.md tells how to fuzz. */
@Tag("fuzz")
class EntryFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void messages(byte[] data) {
        NetlinkReader reader = new NetlinkReader();
        ConntrackEntry entry = new ConntrackEntry();
        reader.reset(ByteBuffer.allocateDirect(data.length).put(data).flip());
        while (reader.next()) {
            if (EntryReader.read(reader, entry)) {
                StateMapping.toRecord(entry, new StateRecord());
            }
        }
    }
}
