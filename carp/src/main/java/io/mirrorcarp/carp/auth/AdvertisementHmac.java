// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.Digest;
import java.nio.ByteBuffer;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * HMAC-SHA1 (RFC 2104) over one vhid's unchanging part and a counter.
 *
 * <pre>
 *  0x02 0x01 | [lladdr, 6] | vhid, 1 | IPv4 addresses, 4 each | IPv6 addresses, 16 each | counter, 8
 * </pre>
 *
 * The lladdr is there only for an OpenBSD whose carp interface was given one by hand. The state after the key block is
 * kept between digests. Not thread-safe.
 */
final class AdvertisementHmac {
    private static final byte VERSION = 2;
    private static final byte TYPE_ADVERTISEMENT = 1;

    private final HMac hmac = new HMac(new SHA1Digest());
    private final byte[] message;

    AdvertisementHmac(CarpKey key, int vhid, AddressSet covered, @Nullable MacAddress lladdr) {
        byte[] octets = covered.octets();
        int lladdrLength = lladdr == null ? 0 : MacAddress.LENGTH;
        ByteBuffer buffer = ByteBuffer.allocate(2 + lladdrLength + 1 + octets.length + Long.BYTES);
        buffer.put(VERSION).put(TYPE_ADVERTISEMENT);
        if (lladdr != null) {
            buffer.put(lladdr.octets());
        }
        buffer.put((byte) vhid).put(octets);
        message = buffer.array();
        hmac.init(new KeyParameter(key.bytes()));
    }

    Digest digest(long counter) {
        ByteBuffer.wrap(message).putLong(message.length - Long.BYTES, counter);
        hmac.update(message, 0, message.length);
        byte[] md = new byte[Digest.LENGTH];
        hmac.doFinal(md, 0);
        return Digest.of(md);
    }
}
