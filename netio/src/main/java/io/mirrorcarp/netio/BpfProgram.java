// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A classic BPF program for a socket, in the few instructions that are needed here (Linux Documentation/networking/filter.rst). Loads
 * are big-endian whatever the host; jump targets count instructions from the one behind the jump.
 */
public final class BpfProgram {

    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int JUMP_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    /** Offset of "this frame came with a VLAN tag, which was taken off": {@code SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT}. */
    private static final int VLAN_TAG_PRESENT = -0x1000 + 48;

    private static final int MAX_LENGTH = 64;

    private final ByteBuffer instructions;
    private final int length;

    private BpfProgram(ByteBuffer instructions, int length) {
        this.instructions = instructions;
        this.length = length;
    }

    /** Drops everything: for a socket that only holds memberships. */
    public static BpfProgram dropAll() {
        return new Builder().drop().build();
    }

    /**
     * Drops netlink datagrams whose first message was caused by the socket with that port id, and takes all others. Netlink headers are
     * in host order and BPF loads are big-endian, so the word at offset 12 is compared with the swapped id on a little-endian host.
     */
    public static BpfProgram dropNetlinkPort(int portId) {
        boolean swap = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return new Builder()
                .loadWord(12)
                .jumpEqual(swap ? Integer.reverseBytes(portId) : portId, 0, 1)
                .drop()
                .accept()
                .build();
    }

    /** {@code struct sock_filter[]}. */
    ByteBuffer instructions() {
        return instructions;
    }

    /** Instructions. */
    int length() {
        return length;
    }

    /** Appends instructions in order. */
    public static final class Builder {

        private final ByteBuffer code =
                ByteBuffer.allocateDirect(MAX_LENGTH * 8).order(ByteOrder.nativeOrder());

        private Builder add(int operation, int whenTrue, int whenFalse, int operand) {
            code.putShort((short) operation)
                    .put((byte) whenTrue)
                    .put((byte) whenFalse)
                    .putInt(operand);
            return this;
        }

        /** Loads the big-endian 32 bits at an offset. */
        public Builder loadWord(int offset) {
            return add(LOAD_WORD, 0, 0, offset);
        }

        /** Loads the big-endian 16 bits at an offset. */
        public Builder loadHalf(int offset) {
            return add(LOAD_HALF, 0, 0, offset);
        }

        /** Loads the byte at an offset. */
        public Builder loadByte(int offset) {
            return add(LOAD_BYTE, 0, 0, offset);
        }

        /** Loads 1 where the frame carried a VLAN tag, else 0. */
        public Builder loadVlanTagPresent() {
            return add(LOAD_BYTE, 0, 0, VLAN_TAG_PRESENT);
        }

        /** Goes on {@code whenTrue} instructions further where the loaded value equals {@code operand}, else {@code whenFalse}. */
        public Builder jumpEqual(int operand, int whenTrue, int whenFalse) {
            return add(JUMP_EQUAL, whenTrue, whenFalse, operand);
        }

        /** Ends: takes the packet, whole. */
        public Builder accept() {
            return add(RETURN, 0, 0, 0x40000);
        }

        /** Ends: drops the packet. */
        public Builder drop() {
            return add(RETURN, 0, 0, 0);
        }

        /** The program. The kernel checks it when it is attached. */
        public BpfProgram build() {
            return new BpfProgram(code, code.position() / 8);
        }
    }
}
