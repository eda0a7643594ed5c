// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.Optional;

/**
 * The passphrase of a virtual host.
 *
 * @param secret its bytes, at most {@link #MAXIMUM_LENGTH}; empty when the file gives none: then the key is all zeros, as on the BSDs
 * @param file the absolute path of the passFile; empty when the configuration holds the passphrase itself
 */
public record Passphrase(Secret secret, Optional<String> file) {
    /** The BSDs keep 19 bytes: ifconfig copies the passphrase into 20 bytes that end in zero, and cuts a longer one silently. */
    public static final int MAXIMUM_LENGTH = 19;

    /** What follows the name of a passFile in that of the file with the next passphrase, while it is being changed on all nodes. */
    public static final String NEXT = ".next";

    public static final Passphrase NONE = new Passphrase(Secret.EMPTY, Optional.empty());
}
