// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A classic BPF program for a socket or for traffic control, in the few instructions that are needed here (Linux Documentation/networking/filter.rst). Loads
 * are big-endian whatever the host; jump targets count instructions from the one behind the jump.
 */
public final class BpfProgram {

    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_BYTE_AT_INDEX = 0x50;
    private static final int LOAD_CONSTANT = 0x00;
    private static final int LOAD_INDEX = 0x01;
    private static final int COPY_TO_INDEX = 0x07;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP = 0x05;
    private static final int JUMP_ABOVE = 0x25;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int XOR_INDEX = 0xac;
    private static final int MODULO = 0x94;
    private static final int SHIFT_LEFT_BY_INDEX = 0x6c;
    private static final int RETURN = 0x06;

    /** Offset of "this frame came with a VLAN tag, which was taken off": {@code SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT}. */
    private static final int VLAN_TAG_PRESENT = -0x1000 + 48;
    /** {@code SKF_AD_OFF + SKF_AD_NLATTR} and {@code SKF_AD_NLATTR_NEST}. */
    private static final int ATTRIBUTE = -0x1000 + 12;

    private static final int NESTED_ATTRIBUTE = -0x1000 + 16;

    /** {@code SKF_AD_OFF + SKF_AD_RANDOM}. */
    private static final int RANDOM = -0x1000 + 56;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int MAX_LENGTH = 128;
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

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

    /** What {@link Builder#loadWord} gives of a 32-bit value that is written in the host's order, as all of a netlink header is. */
    public static int hostWord(int value) {
        return SWAP ? Integer.reverseBytes(value) : value;
    }

    /** The same of {@link Builder#loadHalf} and a 16-bit value, 0 to 65,535. */
    public static int hostHalf(int value) {
        return SWAP ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
    }

    /** {@code struct sock_filter[]}. */
    ByteBuffer instructions() {
        return instructions;
    }

    /** A copy of the {@code struct sock_filter[]}. */
    public byte[] bytes() {
        byte[] bytes = new byte[length * INSTRUCTION_BYTES];
        instructions.duplicate().get(0, bytes);
        return bytes;
    }

    /** Instructions. */
    public int length() {
        return length;
    }

    /** Appends instructions in order. */
    public static final class Builder {

        private final ByteBuffer code =
                ByteBuffer.allocateDirect(MAX_LENGTH * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());

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

        /** Loads 32 bits that are drawn anew for each frame. */
        public Builder loadRandom() {
            return add(LOAD_WORD, 0, 0, RANDOM);
        }

        /** Loads a constant. */
        public Builder loadConstant(int value) {
            return add(LOAD_CONSTANT, 0, 0, value);
        }

        /** Sets the index register to a constant. */
        public Builder loadIndex(int value) {
            return add(LOAD_INDEX, 0, 0, value);
        }

        /** Sets the index register to what is loaded. */
        public Builder copyToIndex() {
            return add(COPY_TO_INDEX, 0, 0, 0);
        }

        /** Changes each bit of what is loaded where the index register has that bit. */
        public Builder xorIndex() {
            return add(XOR_INDEX, 0, 0, 0);
        }

        /** Divides what is loaded, an unsigned number, and keeps the remainder. */
        public Builder modulo(int divisor) {
            return add(MODULO, 0, 0, divisor);
        }

        /** Shifts what is loaded to the left by as many bits as the index register says, 0 to 31. */
        public Builder shiftLeftByIndex() {
            return add(SHIFT_LEFT_BY_INDEX, 0, 0, 0);
        }

        /** Loads the byte at an offset behind the index register. */
        public Builder loadByteAtIndex(int offset) {
            return add(LOAD_BYTE_AT_INDEX, 0, 0, offset);
        }

        /**
         * Loads the offset of the first netlink attribute whose type the index register has, among those from the loaded offset to the end of the
         * datagram; 0 where there is none.
         */
        public Builder findAttribute() {
            return add(LOAD_WORD, 0, 0, ATTRIBUTE);
        }

        /** The same among those within the attribute at the loaded offset. */
        public Builder findNestedAttribute() {
            return add(LOAD_WORD, 0, 0, NESTED_ATTRIBUTE);
        }

        /** Goes on {@code whenTrue} instructions further where the loaded value has a bit of {@code operand}, else {@code whenFalse}. */
        public Builder jumpAnyBit(int operand, int whenTrue, int whenFalse) {
            return add(JUMP_ANY_BIT, whenTrue, whenFalse, operand);
        }

        /** Goes on {@code whenTrue} instructions further where the loaded value equals {@code operand}, else {@code whenFalse}. */
        public Builder jumpEqual(int operand, int whenTrue, int whenFalse) {
            return add(JUMP_EQUAL, whenTrue, whenFalse, operand);
        }

        /** The same where the loaded value, as an unsigned number, is at least {@code operand}. */
        public Builder jumpAtLeast(int operand, int whenTrue, int whenFalse) {
            return add(JUMP_AT_LEAST, whenTrue, whenFalse, operand);
        }

        /** The same where it is more. */
        public Builder jumpAbove(int operand, int whenTrue, int whenFalse) {
            return add(JUMP_ABOVE, whenTrue, whenFalse, operand);
        }

        /** Skips that many instructions. */
        public Builder jump(int instructions) {
            return add(JUMP, 0, 0, instructions);
        }

        /** Ends: takes the packet, whole. */
        public Builder accept() {
            return add(RETURN, 0, 0, 0x40000);
        }

        /** Ends: drops the packet. */
        public Builder drop() {
            return add(RETURN, 0, 0, 0);
        }

        /** Ends with a number, which says what becomes of the packet. */
        public Builder answer(int number) {
            return add(RETURN, 0, 0, number);
        }

        /** Ends a program on Ethernet frames: accepts IPv4 with that protocol and IPv6 with that next header, and drops all else. */
        public Builder acceptProtocol(int protocol) {
            return loadHalf(12)
                    .jumpEqual(0x0800, 0, 2)
                    .loadByte(23)
                    .jumpEqual(protocol, 3, 4)
                    .jumpEqual(0x86dd, 0, 3)
                    .loadByte(20)
                    .jumpEqual(protocol, 0, 1)
                    .accept()
                    .drop();
        }

        /** The program. The kernel checks it when it is attached. */
        public BpfProgram build() {
            return new BpfProgram(code, code.position() / INSTRUCTION_BYTES);
        }
    }
}
