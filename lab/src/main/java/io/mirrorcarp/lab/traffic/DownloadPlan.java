// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/**
 * What a download carries: a pseudo-random stream, sent in chunks at a steady pace.
 *
 * @param seed of the stream; both ends make the bytes from it
 * @param chunkBytes bytes in each chunk; at most 1448 go in one segment over Ethernet
 * @param chunks how many
 * @param interval from the start of one chunk to the next; a sender that was held up catches up
 */
public record DownloadPlan(long seed, int chunkBytes, int chunks, Duration interval) {
    private static final int FULL_SPEED_DOWNLOADS = 10;
    private static final int MAX_SLOWER = 6;

    /** Up to 60 s, long enough for a firewall to start anew: 1400 bytes each 5 ms. */
    public static DownloadPlan standard(long seed) {
        return new DownloadPlan(seed, 1400, 12_000, Duration.ofMillis(5));
    }

    /**
     * One of {@code count} parallel downloads: as long as the standard one, but slower where there are many, so that the machine
     * carries all of them with both firewalls and has time left.
     */
    public static DownloadPlan parallel(long seed, int count) {
        int slower = Math.min(MAX_SLOWER, 1 + (count - 1) / FULL_SPEED_DOWNLOADS);
        DownloadPlan one = standard(seed);
        return new DownloadPlan(seed, one.chunkBytes, one.chunks / slower, one.interval.multipliedBy(slower));
    }

    /** A quarter of a second, to see whether a new connection works. */
    public static DownloadPlan brief(long seed) {
        return new DownloadPlan(seed, 1400, 50, Duration.ofMillis(5));
    }

    /** All bytes of the stream. */
    public long bytes() {
        return (long) chunkBytes * chunks;
    }

    /** How long the stream takes on an undisturbed path. */
    public Duration duration() {
        return interval.multipliedBy(chunks);
    }

    /** SHA-256 of the whole stream in hexadecimal, computed from the seed. */
    public String sha256() {
        MessageDigest digest = newSha256();
        Random random = new Random(seed);
        byte[] chunk = new byte[chunkBytes];
        for (int i = 0; i < chunks; i++) {
            random.nextBytes(chunk);
            digest.update(chunk);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
