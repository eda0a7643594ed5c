// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * What this program puts into the 64-bit counter of an advertisement, most significant bit first.
 *
 * <pre>
 *  | sequence, 36 bits | proof, 20 bits | mark, 8 bits |
 *
 *  key   = HMAC-SHA256(passphrase, "mirrorcarp counter")
 *  mark  = the first 8 bits of HMAC-SHA256(key, 0x00 | vhid, 1 | sequence, 8)
 *  proof = the first 20 bits of HMAC-SHA256(key, 0x01 | vhid, 1 | sequence, 8 | advskew, 1 | advbase, 1 | demote, 1 | sender, 0, 4 or 16)
 * </pre>
 *
 * The sender is the source address of an advertisement to a group. One to a host has none, since it may pass an address translation.
 *
 * <p>The whole counter is under the HMAC-SHA1 of the advertisement. So only who has the key makes a counter with its digest, and one who changes the open fields has to hope that the same
 * proof fits them. The mark tells such a changed one from the counter of a BSD. Not thread-safe.
 */
final class ProvenCounter {
    static final int SEQUENCE_BITS = 36;
    static final long LAST_SEQUENCE = (1L << SEQUENCE_BITS) - 1;

    private static final int PROOF_BITS = 20;
    private static final int MARK_BITS = 8;
    private static final byte MARK = 0;
    private static final byte PROOF = 1;
    private static final byte[] LABEL = "mirrorcarp counter".getBytes(StandardCharsets.US_ASCII);

    /** A power of two: the marks that were needed last, by their sequences. */
    private static final int KEPT = 256;

    private final long[] keptSequences = new long[KEPT];
    private final int[] keptMarks = new int[KEPT];
    private final HMac hmac = new HMac(new SHA256Digest());
    private final byte[] message = new byte[32];
    private final byte[] result = new byte[32];
    private final int vhid;

    ProvenCounter(CarpKey key, int vhid) {
        this.vhid = vhid;
        hmac.init(new KeyParameter(key.bytes()));
        hmac.update(LABEL, 0, LABEL.length);
        hmac.doFinal(result, 0);
        hmac.init(new KeyParameter(result));
        Arrays.fill(keptSequences, -1);
    }

    /** The sequence that a counter has if it is one of these, 0 to {@link #LAST_SEQUENCE}. */
    static long sequence(long counter) {
        return counter >>> (PROOF_BITS + MARK_BITS);
    }

    /** The lowest counter with a sequence. */
    static long firstOf(long sequence) {
        return sequence << (PROOF_BITS + MARK_BITS);
    }

    /** @param sender null for an advertisement to a host */
    long make(long sequence, int advskew, int advbase, int demote, @Nullable InetAddress sender) {
        return sequence << (PROOF_BITS + MARK_BITS)
                | (long) proof(sequence, advskew, advbase, demote, sender) << MARK_BITS
                | mark(sequence);
    }

    /** Whether a node of this program made the counter, for whatever advertisement. One of 256 others has this too. */
    boolean isMarked(long counter) {
        return (counter & ((1 << MARK_BITS) - 1)) == mark(sequence(counter));
    }

    /** Whether the advertisement says what its counter was made for. */
    boolean proves(CarpAdvertisement advertisement, @Nullable InetAddress sender) {
        long sequence = sequence(advertisement.counter());
        return isMarked(advertisement.counter())
                && advertisement.counter()
                        == make(
                                sequence,
                                advertisement.advskew(),
                                advertisement.advbase(),
                                advertisement.demote(),
                                sender);
    }

    private int mark(long sequence) {
        int place = (int) (sequence & (KEPT - 1));
        if (keptSequences[place] != sequence) {
            finish(begin(MARK, sequence).position());
            keptSequences[place] = sequence;
            keptMarks[place] = result[0] & 0xff;
        }
        return keptMarks[place];
    }

    private int proof(long sequence, int advskew, int advbase, int demote, @Nullable InetAddress sender) {
        ByteBuffer put =
                begin(PROOF, sequence).put((byte) advskew).put((byte) advbase).put((byte) demote);
        if (sender != null) {
            put.put(sender.getAddress());
        }
        finish(put.position());
        return ByteBuffer.wrap(result).getInt() >>> (Integer.SIZE - PROOF_BITS);
    }

    private ByteBuffer begin(byte kind, long sequence) {
        return ByteBuffer.wrap(message).put(kind).put((byte) vhid).putLong(sequence);
    }

    private void finish(int length) {
        hmac.update(message, 0, length);
        hmac.doFinal(result, 0);
    }
}
