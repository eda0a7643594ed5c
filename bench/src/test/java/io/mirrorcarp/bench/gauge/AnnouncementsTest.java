// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final int PACKET_BYTES = 60;
    private static final int ONE = 0x0a000001;
    private static final int TWO = 0x0a000002;

    private final ByteBuffer file =
            ByteBuffer.allocate(24 + 16 * (16 + PACKET_BYTES)).order(ByteOrder.nativeOrder());

    AnnouncementsTest() {
        file.putInt(0xa1b23c4d).position(24);
    }

    private ByteBuffer packet(int milli, int type) {
        file.putInt(1).putInt(milli * 1_000_000).putInt(PACKET_BYTES).putInt(PACKET_BYTES);
        ByteBuffer packet = file.slice(file.position(), PACKET_BYTES);
        file.position(file.position() + PACKET_BYTES);
        return packet.putShort(12, (short) type);
    }

    private void advert(int milli, int advskew) {
        packet(milli, 0x0800).put(14, (byte) 0x45).put(34, (byte) 0x21).put(36, (byte) advskew);
    }

    private void arp(int milli, int sender, int target) {
        packet(milli, 0x0806).putInt(28, sender).putInt(38, target);
    }

    private Announcements heard() {
        return Announcements.ofPcap(Arrays.copyOf(file.array(), file.position()));
    }

    @Test
    void theLastAddressCountsFromTheWordOfTheMasterThatLeaves() {
        arp(1, ONE, ONE);
        advert(5, 5);
        advert(10, 255);
        advert(11, 255);
        arp(12, ONE, ONE);
        arp(15, TWO, TWO);
        arp(40, ONE, ONE);
        Announcements heard = heard();
        assertThat(heard.count()).isEqualTo(2);
        assertThat(heard.lastMillis()).isEqualTo(5, within(1e-6));
    }

    @Test
    void aQuestionIsNoAnnouncement() {
        advert(10, 255);
        arp(12, ONE, TWO);
        assertThat(heard().count()).isZero();
        assertThat(heard().lastMillis()).isNaN();
    }

    @Test
    void withoutTheWordOfTheMasterThereIsNoTime() {
        advert(10, 5);
        arp(12, ONE, ONE);
        assertThat(heard().lastMillis()).isNaN();
    }
}
