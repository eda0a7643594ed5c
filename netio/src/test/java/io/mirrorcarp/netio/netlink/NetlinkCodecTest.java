// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NetlinkCodecTest {

    private static final int HEADER = 4;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(512);
    private final NetlinkWriter writer = new NetlinkWriter(buffer);
    private final NetlinkReader reader = new NetlinkReader();

    /** Two messages, each with a fixed header of 4 bytes; the first has a nest within a nest. */
    private ByteBuffer example() {
        writer.clear();
        writer.beginMessage(0x0102, Netlink.REQUEST | Netlink.CREATE, 77)
                .headerU8(2)
                .headerU8(0)
                .headerBe16(12)
                .beginNest(1)
                .be32(1, 0xc0000201)
                .beginNest(2)
                .u8(1, 6)
                .be16(2, 0x1234)
                .endNest()
                .flag(9)
                .endNest()
                .be64(3, 0x1122334455667788L)
                .string(4, "abc")
                .be128(5, 0x20010db800000000L, 1)
                .i32(6, -2);
        assertThat(writer.endMessage()).isTrue();
        writer.beginMessage(Netlink.TYPE_DONE, Netlink.MULTI, 78).headerI32(0);
        assertThat(writer.endMessage()).isTrue();
        return writer.flip();
    }

    @Test
    void whatIsWrittenIsRead() {
        reader.reset(example());
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(0x0102);
        assertThat(reader.flags()).isEqualTo(0x401);
        assertThat(reader.sequence()).isEqualTo(77);
        assertThat(reader.bodyU8(0)).isEqualTo(2);
        assertThat(reader.attributes(HEADER)).isTrue();
        readNest();
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.be64()).isEqualTo(0x1122334455667788L);
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.string()).isEqualTo("abc");
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.be64(0)).isEqualTo(0x20010db800000000L);
        assertThat(reader.be64(8)).isEqualTo(1);
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.i32()).isEqualTo(-2);
        assertThat(reader.nextAttribute()).isFalse();
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(Netlink.TYPE_DONE);
        assertThat(reader.next()).isFalse();
        assertThat(reader.malformed()).isFalse();
    }

    private void readNest() {
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.attributeType()).isEqualTo(1);
        assertThat(reader.enter()).isTrue();
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.be32()).isEqualTo(0xc0000201);
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.enter()).isTrue();
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.u8()).isEqualTo(6);
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.be16()).isEqualTo(0x1234);
        assertThat(reader.nextAttribute()).isFalse();
        reader.leave();
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.attributeType()).isEqualTo(9);
        assertThat(reader.valueLength()).isZero();
        reader.leave();
    }

    @Test
    void theBytesAreThoseOfTheKernelsLayout() {
        writer.beginMessage(16, 5, 9).headerU8(17).headerU8(0).headerU16(0x0203).beginNest(18);
        writer.u8(1, 0xab).be16(2, 0x0102).endNest();
        assertThat(writer.endMessage()).isTrue();
        ByteBuffer expected = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
        expected.putInt(40).putShort((short) 16).putShort((short) 5).putInt(9).putInt(0);
        expected.put((byte) 17).put((byte) 0).putShort((short) 0x0203);
        expected.putShort((short) 20).putShort((short) (0x8000 | 18));
        expected.putShort((short) 5).putShort((short) 1).put(new byte[] {(byte) 0xab, 0, 0, 0});
        expected.putShort((short) 6).putShort((short) 2).put(new byte[] {1, 2, 0, 0});
        assertThat(writer.flip()).isEqualTo(expected.flip());
    }

    @Test
    void aMessageThatDoesNotFitLeavesNoTrace() {
        NetlinkWriter small = new NetlinkWriter(ByteBuffer.allocateDirect(56));
        small.beginMessage(1, 0, 1).i32(1, 1);
        assertThat(small.endMessage()).isTrue();
        int length = small.length();
        small.beginMessage(2, 0, 2).i32(1, 1).i64(2, 2);
        assertThat(small.endMessage()).isFalse();
        assertThat(small.length()).isEqualTo(length);
        assertThat(small.messages()).isEqualTo(1);
        small.beginMessage(3, 0, 3).i32(1, 1);
        assertThat(small.endMessage()).isTrue();
        reader.reset(small.flip());
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(1);
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(3);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void anOpenNestIsNoMessage() {
        writer.beginMessage(1, 0, 1).beginNest(1);
        assertThat(writer.endMessage()).isFalse();
        writer.beginMessage(1, 0, 1).endNest();
        assertThat(writer.endMessage()).isFalse();
        assertThat(writer.length()).isZero();
    }

    @Test
    void onlyTheLastMessageAsksForAnAcknowledgement() {
        example();
        writer.acknowledgeLast();
        reader.reset(writer.flip());
        reader.next();
        assertThat(reader.flags() & Netlink.ACK).isZero();
        reader.next();
        assertThat(reader.flags() & Netlink.ACK).isEqualTo(Netlink.ACK);
    }

    /** Walks everything that can be walked and reads every value in every width; answers what it saw. */
    private List<String> walk(ByteBuffer datagram) {
        List<String> seen = new ArrayList<>();
        reader.reset(datagram);
        while (reader.next()) {
            seen.add("message " + reader.type() + " " + reader.sequence() + " " + reader.error());
            if (reader.attributes(HEADER)) {
                walkAttributes(seen, 0);
            }
        }
        return seen;
    }

    private void walkAttributes(List<String> seen, int depth) {
        while (reader.nextAttribute()) {
            boolean malformed = reader.malformed();
            seen.add(depth + ":" + reader.attributeType() + " " + reader.valueLength() + " " + reader.u8() + " "
                    + reader.be16() + " " + reader.be32() + " " + reader.be64() + " " + reader.be64(8) + " "
                    + reader.string());
            assertThat(reader.valueOffset() + reader.valueLength()).isLessThanOrEqualTo(buffer.limit());
            if (!malformed && depth < 20 && reader.enter()) {
                walkAttributes(seen, depth + 1);
                reader.leave();
            }
        }
    }

    @Test
    void everyPrefixEndsTheWalkWithoutAnException() {
        ByteBuffer whole = example();
        int firstLength = whole.getInt(0);
        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer prefix = whole.duplicate().limit(length);
            reader.reset(prefix);
            int messages = 0;
            while (reader.next()) {
                messages++;
            }
            assertThat(messages).as("prefix of %d bytes", length).isEqualTo(length >= firstLength ? 1 : 0);
            assertThat(reader.malformed()).as("prefix of %d bytes", length).isEqualTo(length % firstLength != 0);
            walk(prefix);
        }
    }

    @Test
    void aWrongLengthAnywhereNeverLeadsOutOfTheMessage() {
        ByteBuffer whole = example();
        byte[] valid = new byte[whole.limit()];
        whole.get(0, valid);
        for (int at = 0; at + 2 <= valid.length; at += 2) {
            for (int wrong : new int[] {0, 1, 3, 4, 5, 0x7fff, 0x8000, 0xffff}) {
                buffer.clear();
                buffer.put(0, valid).putShort(at, (short) wrong).limit(valid.length);
                walk(buffer);
            }
        }
    }

    @Test
    void randomBytesNeverThrowAndNeverHang() {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[buffer.capacity()];
        for (int round = 0; round < 20_000; round++) {
            random.nextBytes(bytes);
            int length = 4 + random.nextInt(bytes.length - 3);
            buffer.clear();
            buffer.put(0, bytes).limit(length);
            buffer.putInt(0, random.nextInt(bytes.length + 8));
            try {
                walk(buffer);
            } catch (RuntimeException e) {
                throw new AssertionError("replay with -Dseed=" + seed, e);
            }
        }
    }

    @Test
    void aValueThatIsTooShortReadsAsZeroAndIsMalformed() {
        writer.beginMessage(1, 0, 1).u8(1, 255);
        assertThat(writer.endMessage()).isTrue();
        reader.reset(writer.flip());
        assertThat(reader.next()).isTrue();
        assertThat(reader.attributes(0)).isTrue();
        assertThat(reader.nextAttribute()).isTrue();
        assertThat(reader.u8()).isEqualTo(255);
        assertThat(reader.malformed()).isFalse();
        assertThat(reader.be32()).isZero();
        assertThat(reader.malformed()).isTrue();
    }
}
