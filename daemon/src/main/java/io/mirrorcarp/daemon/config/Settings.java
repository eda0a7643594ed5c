// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings by their paths, such as {@code carp.wan.advbase}, with their values as text. They can be sent, and compared with those of another file or node. A
 * secret is there as a digest. Immutable.
 */
public record Settings(SortedMap<String, String> values) {
    /** Of a path whose value is the digest of a passphrase. Passphrases may be short, so the digest is not shown. */
    public static final String PASSPHRASE = ".passphrase";

    private static final String SEPARATOR = " = ";
    private static final int DIGEST_BYTES = 4;
    private static final int SHOWN_LENGTH = 400;

    /**
     * What two have at one path.
     *
     * @param first null where only the second one has it
     * @param second null where only the first one has it
     */
    public record Difference(
            String path, @Nullable String first, @Nullable String second) {
        /**
         * In words.
         *
         * @param here what the first is called
         * @param there what the second is called
         */
        public String text(String here, String there) {
            if (path.endsWith(PASSPHRASE) && first != null && second != null) {
                return path + ": another one " + there + " than " + here;
            }
            return path + ": " + shown(first) + " " + here + ", " + shown(second) + " " + there;
        }

        private static String shown(@Nullable String value) {
            if (value == null) {
                return "none";
            }
            return value.length() <= SHOWN_LENGTH ? value : value.substring(0, SHOWN_LENGTH) + "...";
        }
    }

    public Settings {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** A line for each, {@code PATH = VALUE}. */
    public String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((path, value) -> text.append(path)
                .append(SEPARATOR)
                .append(value.replace('\n', ' '))
                .append('\n'));
        return text.toString();
    }

    /** The settings of such lines. A line that is none is passed over; what could move a cursor becomes a question mark. */
    public static Settings parse(String text) {
        SortedMap<String, String> values = new TreeMap<>();
        text.lines().forEach(line -> {
            int separator = line.indexOf(SEPARATOR);
            if (separator > 0) {
                values.put(
                        printable(line.substring(0, separator)),
                        printable(line.substring(separator + SEPARATOR.length())));
            }
        });
        return new Settings(values);
    }

    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** Names the settings: equal ones have the same, others hardly ever. Not 0. */
    public long digest() {
        byte[] hash = sha256(text().getBytes(StandardCharsets.UTF_8));
        long digest = java.nio.ByteBuffer.wrap(hash).getLong();
        return digest == 0 ? 1 : digest;
    }

    /** Every difference, in the order of the paths. */
    public List<Difference> differences(Settings other) {
        Set<String> paths = new TreeSet<>(values.keySet());
        paths.addAll(other.values.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String path : paths) {
            String first = values.get(path);
            String second = other.values.get(path);
            if (!Objects.equals(first, second)) {
                differences.add(new Difference(path, first, second));
            }
        }
        return differences;
    }

    /** A few digits that name a secret: the first {@value #DIGEST_BYTES} bytes of its SHA-256, in hexadecimal. */
    public static String digest(Secret secret) {
        return "digest " + HexFormat.of().formatHex(Arrays.copyOf(sha256(secret.bytes()), DIGEST_BYTES));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
