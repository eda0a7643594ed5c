// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.address.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a vhid authenticates.
 *
 * @param vhid 1 to 255
 * @param key signs, and is accepted
 * @param nextKey accepted as well, while the nodes change from one key to the other; null outside of a change
 * @param sendContext the context to sign in, or null for that of the peer heard last, {@link DigestContext#ORIGINAL}
 *     before any was heard
 * @param lladdr the link-layer address that was set by hand on the peers' OpenBSD carp interfaces; null otherwise
 * @param strict whether only advertisements count that prove what they say, which nodes of this program send
 */
public record AuthSettings(
        int vhid,
        CarpKey key,
        @Nullable CarpKey nextKey,
        @Nullable DigestContext sendContext,
        @Nullable MacAddress lladdr,
        boolean strict) {
    public AuthSettings {
        if (vhid < 1 || vhid > 255) {
            throw new IllegalArgumentException("vhid is not 1 to 255: " + vhid);
        }
    }

    /** One key, the context by peer, no lladdr. */
    public static AuthSettings of(int vhid, CarpKey key) {
        return new AuthSettings(vhid, key, null, null, null, false);
    }

    public AuthSettings withNextKey(@Nullable CarpKey changed) {
        return new AuthSettings(vhid, key, changed, sendContext, lladdr, strict);
    }

    public AuthSettings withStrict(boolean changed) {
        return new AuthSettings(vhid, key, nextKey, sendContext, lladdr, changed);
    }
}
