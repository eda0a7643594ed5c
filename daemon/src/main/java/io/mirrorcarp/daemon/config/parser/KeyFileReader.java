// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Reads the files that hold passphrases and keys, and checks their mode and form. What is in them never gets into a message. */
final class KeyFileReader {
    /** In UTF-8, read as ISO 8859-1. */
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final Surroundings surroundings;

    KeyFileReader(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The passphrase of a virtual host, from {@code passFile} or {@code pass}. */
    Passphrase passphrase(TableReader table) {
        String file = table.text("passFile", "");
        String pass = table.text("pass", "");
        if (table.has("pass") && table.has("passFile")) {
            table.fault("pass", "pass and passFile exclude each other: keep passFile");
            return Passphrase.NONE;
        }
        if (table.has("passFile")) {
            if (file.isEmpty()) {
                table.fault("passFile", "passFile must not be empty; leave it out to run without a passphrase");
                return Passphrase.NONE;
            }
            return read(table, "passFile", file)
                    .map(reading -> fromFile(table, "passFile", reading))
                    .orElse(Passphrase.NONE);
        }
        if (!table.has("pass")) {
            table.warn(
                    "passFile", table.name() + " has no passFile: everyone on the network can send its advertisements");
            return Passphrase.NONE;
        }
        table.warn(
                "pass", "pass can be read by everyone who can read this file: put it into a passFile with mode 0600");
        return new Passphrase(cut(table, "pass", pass.getBytes(StandardCharsets.UTF_8)), Optional.empty());
    }

    /**
     * The passphrase that is accepted too, from {@code nextPassFile}; or from the file beside the passFile that {@code carpctl passphrase rotate} writes, while it is there.
     *
     * @param present that of the virtual host
     */
    Optional<Passphrase> nextPassphrase(TableReader table, Passphrase present) {
        String file = table.text("nextPassFile", "");
        if (table.has("nextPassFile")) {
            return read(table, "nextPassFile", file).map(reading -> fromFile(table, "nextPassFile", reading));
        }
        return present.file()
                .map(path -> path + Passphrase.NEXT)
                .filter(path -> !surroundings.readKeyFile(path).isMissing())
                .flatMap(path -> read(table, "passFile", path))
                .map(reading -> fromFile(table, "passFile", reading));
    }

    private static Passphrase fromFile(TableReader table, String key, Surroundings.FileReading reading) {
        byte[] content = reading.content().bytes();
        int end = content.length;
        while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
            end--;
        }
        byte[] pass = Arrays.copyOf(content, end);
        if (pass.length == 0) {
            table.fault(key, reading.path() + " is empty: write the passphrase into it");
        }
        for (byte b : pass) {
            if (b == '\n' || b == 0) {
                table.fault(key, reading.path() + " must hold one line, the passphrase");
                return Passphrase.NONE;
            }
        }
        warnOfWhatIsNotSeen(table, key, reading.path(), pass);
        return new Passphrase(cut(table, key, pass), Optional.of(reading.path()));
    }

    /** An editor on one node adds what no eye sees, and both nodes are master. It counts all the same, since the other node may have it too. */
    private static void warnOfWhatIsNotSeen(TableReader table, String key, String path, byte[] pass) {
        String text = new String(pass, StandardCharsets.ISO_8859_1);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            table.warn(
                    key,
                    path + " begins with a byte order mark, which counts as three letters of the passphrase: save it"
                            + " without one, on all nodes");
        }
        if (!text.equals(text.strip())) {
            table.warn(
                    key,
                    "the passphrase in " + path + " begins or ends with a blank, which counts: remove it on all nodes"
                            + " if it is not meant");
        }
    }

    private static Secret cut(TableReader table, String key, byte[] pass) {
        if (pass.length > Passphrase.MAXIMUM_LENGTH) {
            String length = "the passphrase has " + pass.length + " bytes";
            table.warn(key, length + ": only the first " + Passphrase.MAXIMUM_LENGTH + " count, as on the BSDs");
        }
        return Secret.of(Arrays.copyOf(pass, Math.min(pass.length, Passphrase.MAXIMUM_LENGTH)));
    }

    /** A key of the state channel: base64 of at least 32 random bytes. */
    Optional<KeyFile> key(TableReader table, String key) {
        String file = table.text(key, "");
        if (file.isEmpty()) {
            table.fault(key, "key " + key + " needs the name of a file; carpctl key new writes one");
            return Optional.empty();
        }
        return read(table, key, file).flatMap(reading -> decode(table, key, reading));
    }

    private static Optional<KeyFile> decode(TableReader table, String key, Surroundings.FileReading reading) {
        byte[] decoded;
        try {
            String text = new String(reading.content().bytes(), StandardCharsets.ISO_8859_1);
            decoded = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException expected) {
            table.fault(key, reading.path() + " is not base64; carpctl key new writes a good one");
            return Optional.empty();
        }
        if (decoded.length < KeyFile.MINIMUM_LENGTH) {
            table.fault(
                    key,
                    reading.path() + " holds " + decoded.length + " bytes, and " + KeyFile.MINIMUM_LENGTH
                            + " random ones are needed; carpctl key new writes a good one");
            return Optional.empty();
        }
        return Optional.of(new KeyFile(reading.path(), Secret.of(decoded)));
    }

    /** The content of a file that only its owner may read; empty, and the fault is named, where it cannot be. */
    Optional<Surroundings.FileReading> read(TableReader table, String key, String file) {
        Surroundings.FileReading reading = surroundings.readKeyFile(file);
        if (reading.isMissing()) {
            table.missing(key, reading.path() + " cannot be read: " + reading.problem());
            return Optional.empty();
        }
        if (reading.problem() != null) {
            table.fault(key, reading.path() + " cannot be read: " + reading.problem());
            return Optional.empty();
        }
        if ((reading.mode() & 0077) != 0) {
            String mode = String.format("%04o", reading.mode());
            table.fault(
                    key, reading.path() + " has mode " + mode + ", so others can read it: chmod 600 " + reading.path());
            return Optional.empty();
        }
        return Optional.of(reading);
    }
}
