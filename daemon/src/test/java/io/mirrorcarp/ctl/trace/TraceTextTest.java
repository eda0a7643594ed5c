// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Answer;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import io.mirrorcarp.pfsync.message.Question;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceTextTest {
    /** The example of docs/protocol.md. */
    private static final String ADVERTISEMENT =
            "01005e00001200005e000101080045100038000040 00ff70d927c000020be000001221010007000 1e9ed00000000000000003b3c7ace2593187eb414fa03e484fbf60ad26786"
                    .replace(" ", "");

    private static final String TO_GROUP = "01005e0000f002000000000108004510";

    static byte[] frame(byte[] datagram) {
        ByteBuffer frame = ByteBuffer.allocate(34 + datagram.length);
        frame.put(HexFormat.of().parseHex(TO_GROUP));
        frame.putShort((short) (20 + datagram.length));
        frame.put(HexFormat.of().parseHex("00004000fff00000c0000201e00000f0"));
        return frame.put(datagram).array();
    }

    static byte[] heartbeat(byte[] secret) {
        Control control = new Control();
        control.clear();
        control.heartbeat = true;
        control.node = "fw-a";
        control.entries = 7;
        control.complete = true;
        return sealed(control, secret);
    }

    /** A whole frame with it. */
    private static byte[] sealed(Control control, byte[] secret) {
        byte[] payload = new byte[ControlCodec.MAX_BYTES];
        int length = new ControlCodec().write(control, payload, 0);
        byte[] sealed = new byte[length + FrameSealer.OVERHEAD_BYTES];
        int total = new FrameSealer(new Keyring(Map.of(1, secret), 1), 0x6f1c2a90, 5)
                .seal(false, 3, payload, length, sealed);
        return frame(Arrays.copyOf(sealed, total));
    }

    static byte[] secret(int filling) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) filling);
        return secret;
    }

    @Test
    void anAdvertisementIsALineAsTcpdumpHasIt() {
        assertThat(new CarpText().of(ByteBuffer.wrap(HexFormat.of().parseHex(ADVERTISEMENT))))
                .isEqualTo("IP 192.0.2.11 > 224.0.0.18 CARPv2-advertise vhid=1 advbase=1 advskew=0 demote=0 counter=0"
                        + " ttl=255 mac=00:00:5e:00:01:01");
    }

    @Test
    void oneThatIsDiscardedSaysWhy() {
        byte[] wrong = HexFormat.of().parseHex(ADVERTISEMENT);
        wrong[40] ^= 1;
        assertThat(new CarpText().of(ByteBuffer.wrap(wrong)))
                .isEqualTo("IP 192.0.2.11 > ? CARP or VRRP, discarded: bad sum");
    }

    @Test
    void aSealedFrameIsOpenedWithItsKeyAndWithNoOther() {
        byte[] frame = heartbeat(secret(1));
        String head =
                "IP 192.0.2.1 > 224.0.0.240 PFSYNC v1 control 3 from 6f1c2a90 epoch 0000000000000005 key 1, length "
                        + (frame.length - 34) + ": ";
        assertThat(new PfsyncText(Optional.of(new Keyring(Map.of(1, secret(1)), 1))).of(ByteBuffer.wrap(frame)))
                .isEqualTo(head + "heartbeat of fw-a, sent 0, entries 7");
        assertThat(new PfsyncText(Optional.of(new Keyring(Map.of(1, secret(2)), 1))).of(ByteBuffer.wrap(frame)))
                .isEqualTo(head + "sealed, and not by a key of this node");
        assertThat(new PfsyncText(Optional.empty()).of(ByteBuffer.wrap(frame))).isEqualTo(head + "sealed");
    }

    @Test
    void noPrefixOfAFrameIsAnException() {
        byte[] frame = heartbeat(secret(1));
        PfsyncText pfsync = new PfsyncText(Optional.of(new Keyring(Map.of(1, secret(1)), 1)));
        for (int length = 14; length < frame.length; length++) {
            assertThat(pfsync.of(ByteBuffer.wrap(frame, 0, length))).isNotEmpty();
            assertThat(new CarpText().of(ByteBuffer.wrap(frame, 0, length))).isNotEmpty();
        }
    }

    @Test
    void whatNodesSayOfThemselvesAndToOneAnotherIsSaidWithoutSecrets() {
        byte[] secret = secret(1);
        PfsyncText text = new PfsyncText(Optional.of(new Keyring(Map.of(1, secret), 1)));
        Control control = new Control();
        control.clear();
        control.heartbeat = true;
        control.node = "fw-a";
        control.announcement = new Announcement("0.1.0", 0, List.of("table full"), List.of(), 0);
        assertThat(text.of(ByteBuffer.wrap(sealed(control, secret)))).contains(", carpd 0.1.0, not ready: table full");
        control.clear();
        control.question = new Question(0x91ab33c0, 1, "passphrase new-secret", 0, 0);
        assertThat(text.of(ByteBuffer.wrap(sealed(control, secret))))
                .endsWith("question \"passphrase\" to 91ab33c0")
                .doesNotContain("new-secret");
        control.clear();
        control.answer = new Answer(0x6f1c2a90, 1, 0, 2, new byte[10]);
        assertThat(text.of(ByteBuffer.wrap(sealed(control, secret))))
                .endsWith("answer to 6f1c2a90, part 1 of 2, 10 bytes");
    }
}
