// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

/**
 * One CARP advertisement in host values. {@link CarpHeader} gives the layout on the wire.
 *
 * <p>Only vhid, counter and the virtual addresses are under the digest: whoever can send on the segment can change
 * advskew, advbase and demote of an advertisement that it has heard.
 *
 * @param vhid virtual host id, 0 to 255 as parsed; 1 to 255 are valid
 * @param advskew 0 to 254 in 1/256 s; 255 in the bow-out
 * @param advbase 0 to 255 s; 255 in the bow-out
 * @param demote OpenBSD's demotion count, 0 to 255; every other system sends 0
 * @param counter the 64-bit counter, unsigned; a constant cookie on OpenBSD
 * @param md the HMAC-SHA1
 */
public record CarpAdvertisement(int vhid, int advskew, int advbase, int demote, long counter, Digest md)
        implements Advertisement {
    /** The value of both advbase and advskew with which a master leaves. */
    public static final int BOW_OUT = 255;

    public CarpAdvertisement {
        requireByte("vhid", vhid);
        requireByte("advskew", advskew);
        requireByte("advbase", advbase);
        requireByte("demote", demote);
    }

    private static void requireByte(String name, int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException(name + " is not 0 to 255: " + value);
        }
    }

    @Override
    public boolean isBowOut() {
        return advbase == BOW_OUT && advskew == BOW_OUT;
    }

    /** Every field but the digest. */
    @Override
    public String dump() {
        return "vhid=" + vhid + " advbase=" + advbase + " advskew=" + advskew + " demote=" + demote + " counter="
                + Long.toHexString(counter);
    }

    @Override
    public String protocolName() {
        return "CARPv2";
    }
}
