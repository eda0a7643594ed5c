// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.StateRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentTest {
    private final Attachment attachment = new Attachment();
    private final Attachment read = new Attachment();

    @Test
    void itemsAreFoundAndTakenOut() {
        add(Attachment.HELPER, "ftp\0");
        add(Attachment.LABELS, "0123456789abcdef");
        add(Attachment.SYNPROXY, "x");
        assertThat(read.read(attachment.bytes, attachment.length)).isTrue();
        assertThat(read.is(read.find(Attachment.HELPER), "ftp")).isTrue();
        read.remove(Attachment.LABELS);
        assertThat(read.has(Attachment.LABELS)).isFalse();
        assertThat(read.valueLength(read.find(Attachment.SYNPROXY))).isEqualTo(1);
        read.remove(Attachment.LABELS);
        assertThat(read.has(Attachment.SYNPROXY)).isTrue();
    }

    @Test
    void anExpectationHoldsItems() {
        add(1, "master");
        add(2, "tuple");
        assertThat(attachment.wrap(0, Attachment.EXPECTATION)).isTrue();
        assertThat(read.read(attachment.bytes, attachment.length)).isTrue();
        assertThat(read.has(1)).isFalse();
        int item = read.find(Attachment.EXPECTATION);
        assertThat(read.type(read.value(item))).isEqualTo(1);
        assertThat(read.next(item)).isEqualTo(read.length);
    }

    @Test
    void whatDoesNotFitIsLeftOut() {
        assertThat(attachment.add(Attachment.LABELS, StateRecord.ATTACHMENT_MAX_BYTES))
                .isEqualTo(-1);
        assertThat(attachment.add(Attachment.LABELS, StateRecord.ATTACHMENT_MAX_BYTES - 3))
                .isPositive();
        assertThat(attachment.wrap(0, Attachment.EXPECTATION)).isFalse();
        assertThat(attachment.length).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp", "\0", "", "f tp\0", "a-name-of-more-than-15\0", "f\0p\0", "\u0001\0"})
    void aNameThatIsNoneIsRefused(String name) {
        add(Attachment.HELPER, name);
        assertThat(read.read(attachment.bytes, attachment.length)).isFalse();
        assertThat(read.length).isZero();
    }

    @Test
    void noBytesOfAPeerLeadOutOfThem() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            for (int at = 0; at + 2 < bytes.length; at += 1 + random.nextInt(8)) {
                bytes[at + 1] = 0;
                bytes[at + 2] = (byte) random.nextInt(12);
            }
            if (read.read(bytes, bytes.length)) {
                assertThat(read.find(Attachment.MASTER)).isLessThan(bytes.length);
                assertThat(Arrays.copyOf(read.bytes, read.length)).isEqualTo(bytes);
            }
        }
        assertThat(read.read(new byte[StateRecord.ATTACHMENT_MAX_BYTES + 1], StateRecord.ATTACHMENT_MAX_BYTES + 1))
                .isFalse();
    }

    private void add(int type, String text) {
        byte[] value = text.getBytes(StandardCharsets.US_ASCII);
        int at = attachment.add(type, value.length);
        System.arraycopy(value, 0, attachment.bytes, at, value.length);
    }
}
