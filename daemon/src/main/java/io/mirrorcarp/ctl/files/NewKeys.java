// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.files;

import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** New secrets, as their files hold them. */
public final class NewKeys {
    private static final int PASSPHRASE_BYTES = 12;

    private NewKeys() {}

    /** A key of the state channel: 32 random bytes in base64, and the end of a line. */
    public static Secret syncKey() {
        return line(KeyFile.MINIMUM_LENGTH);
    }

    /** A passphrase of CARP: 16 letters, fewer than the 19 that count. */
    public static Secret passphrase() {
        return line(PASSPHRASE_BYTES);
    }

    private static Secret line(int bytes) {
        byte[] key = new byte[bytes];
        new SecureRandom().nextBytes(key);
        return Secret.of((Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
