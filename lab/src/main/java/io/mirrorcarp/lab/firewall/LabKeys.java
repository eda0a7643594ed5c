// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The secrets that the nodes of one pair share: the CARP passphrase and the key of the state channel, both random. */
public final class LabKeys {
    private static final int SYNC_KEY_BYTES = 32;
    private static final int PASSPHRASE_BYTES = 12;

    private final String passphrase;
    private final String syncKey;

    private LabKeys(String passphrase, String syncKey) {
        this.passphrase = passphrase;
        this.syncKey = syncKey;
    }

    /** New secrets. */
    public static LabKeys random() {
        return new LabKeys(base64(PASSPHRASE_BYTES), base64(SYNC_KEY_BYTES));
    }

    /** The CARP passphrase, for a node that is not ours. */
    public String passphrase() {
        return passphrase;
    }

    /** Writes {@code carp.key} and {@code sync.key}, mode 0600. */
    public void write(Path directory) throws IOException {
        write(directory.resolve("carp.key"), passphrase);
        write(directory.resolve("sync.key"), syncKey);
    }

    private static void write(Path file, String secret) throws IOException {
        Files.deleteIfExists(file);
        Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(
                file, fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(java.nio.charset.StandardCharsets.US_ASCII.encode(secret + "\n"));
        }
    }

    private static String base64(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }
}
