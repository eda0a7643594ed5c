// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.codec;

import io.mirrorcarp.bench.gauge.SampleFlow;
import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowHash;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeDecoder;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a flow passes, room by room: one TCP flow with translation, and a full frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private static final int PAYLOAD_BYTES = 1400;
    private static final int MESSAGE_BYTES = 1024;
    private static final int CREATOR = 0x6f1c2a90;
    private static final long EPOCH = 0x0123_4567_89ab_cdefL;

    private final Keyring keyring = new Keyring(Map.of(1, new byte[Keyring.MIN_SECRET_BYTES]), 1);
    private final FrameSealer sealer = new FrameSealer(keyring, CREATOR, EPOCH);
    private final FrameOpener opener = new FrameOpener(keyring);
    private final FrameHeader header = new FrameHeader();
    private final byte[] payload = new byte[PAYLOAD_BYTES + FrameSealer.OVERHEAD_BYTES];
    private final byte[] frame = new byte[PAYLOAD_BYTES + FrameSealer.OVERHEAD_BYTES];
    private final byte[] sealed = new byte[PAYLOAD_BYTES + FrameSealer.OVERHEAD_BYTES];
    private final byte[] changes = new byte[ChangeEncoder.MAX_BYTES];
    private final ConntrackEntry entry = SampleFlow.entry();
    private final ConntrackEntry read = new ConntrackEntry();
    private final Change change = new Change();
    private final Change decoded = new Change();
    private final ChangeEncoder encoder = new ChangeEncoder();
    private final ChangeDecoder decoder = new ChangeDecoder();
    private final RequestWriter requests = new RequestWriter();
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(MESSAGE_BYTES));
    private final NetlinkReader reader = new NetlinkReader();
    private ByteBuffer message = ByteBuffer.allocate(0);
    private int changeBytes;
    private int sealedBytes;
    private long sequence;

    /** Makes the flow's message, its change and a full frame. */
    @Setup
    public void prepare() {
        NetlinkWriter made = new NetlinkWriter(ByteBuffer.allocateDirect(MESSAGE_BYTES));
        requests.create(made, entry, 1);
        message = made.flip();
        change.clear();
        change.action = Action.INSERT;
        StateMapping.toRecord(entry, change.state);
        changeBytes = encoder.write(change, changes, 0);
        sealedBytes = sealer.seal(true, ++sequence, payload, PAYLOAD_BYTES, sealed);
    }

    /** A ctnetlink message to an entry. */
    @Benchmark
    public boolean readEntry() {
        reader.reset(message);
        reader.next();
        return EntryReader.read(reader, read);
    }

    /** An entry to a record. */
    @Benchmark
    public int mapEntry() {
        StateMapping.toRecord(entry, change.state);
        return change.state.status;
    }

    /** The hash of a flow. */
    @Benchmark
    public long hashFlow() {
        return FlowHash.of(entry.original, entry.zone);
    }

    /** A change to its bytes. */
    @Benchmark
    public int encodeChange() {
        return encoder.write(change, changes, 0);
    }

    /** Bytes to a change. */
    @Benchmark
    public boolean decodeChange() {
        decoder.wrap(changes, 0, changeBytes);
        return decoder.next(decoded);
    }

    /** A payload of 1,400 bytes to a frame. */
    @Benchmark
    public int sealFrame() {
        return sealer.seal(true, ++sequence, payload, PAYLOAD_BYTES, frame);
    }

    /** A frame to its payload. */
    @Benchmark
    public int openFrame() {
        header.parse(sealed, 0, sealedBytes);
        return opener.open(header, sealed, 0, payload);
    }

    /** An entry to the request that creates it. */
    @Benchmark
    public boolean writeCreate() {
        writer.clear();
        return requests.create(writer, entry, 1);
    }
}
