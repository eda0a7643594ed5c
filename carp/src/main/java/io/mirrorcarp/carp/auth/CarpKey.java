// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.VrrpPassword;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shared secret of a vhid. Never printed.
 *
 * <p>The kernels' key field has 20 bytes, and ifconfig copies the passphrase into it as a C string, so 19 bytes of a
 * passphrase count. A caller of FreeBSD's netlink interface can set all 20.
 */
public final class CarpKey {
    /** Bytes of a passphrase that every system uses. */
    public static final int PASSPHRASE_BYTES = 19;
    /** Bytes of the key field. */
    public static final int RAW_BYTES = 20;

    private final byte[] bytes;
    private final boolean truncated;

    private CarpKey(byte[] bytes, boolean truncated) {
        this.bytes = bytes;
        this.truncated = truncated;
    }

    /** The UTF-8 bytes up to the first NUL, at most 19. An empty passphrase is the all-zero key that a BSD has without one. */
    public static CarpKey ofPassphrase(String passphrase) {
        byte[] utf8 = passphrase.getBytes(StandardCharsets.UTF_8);
        int end = 0;
        while (end < utf8.length && utf8[end] != 0) {
            end++;
        }
        int used = Math.min(end, PASSPHRASE_BYTES);
        return new CarpKey(Arrays.copyOf(utf8, used), used < utf8.length);
    }

    /** Up to 20 bytes of any value; longer input is refused. */
    public static CarpKey ofRaw(byte[] key) {
        if (key.length > RAW_BYTES) {
            throw new IllegalArgumentException("key longer than " + RAW_BYTES + " bytes: " + key.length);
        }
        return new CarpKey(key.clone(), false);
    }

    /** Whether bytes of the passphrase were cut off, which deserves a warning. */
    public boolean truncated() {
        return truncated;
    }

    /** The password in clear that a VRRP 2 router has with this key: its first eight bytes. */
    public VrrpPassword vrrpPassword() {
        return VrrpPassword.of(bytes);
    }

    /** The key for HMAC, which pads it with zeros: so one zero byte stands for the empty key. */
    byte[] bytes() {
        return bytes.length == 0 ? new byte[1] : bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CarpKey key && MessageDigest.isEqual(padded(), key.padded());
    }

    @Override
    public int hashCode() {
        return 0;
    }

    private byte[] padded() {
        return Arrays.copyOf(bytes, RAW_BYTES);
    }

    @Override
    public String toString() {
        return "CarpKey[secret]";
    }
}
