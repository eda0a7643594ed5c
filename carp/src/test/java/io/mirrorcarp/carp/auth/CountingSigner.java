// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;

/** Signs as FreeBSD does: it goes on from the counter that it heard. */
public final class CountingSigner {
    private final int vhid;
    private final AdvertisementHmac hmac;
    private long counter;

    public CountingSigner(int vhid, CarpKey key, AddressSet addresses) {
        this.vhid = vhid;
        this.hmac = new AdvertisementHmac(key, vhid, addresses, null);
    }

    /** Takes the counter of an authentic advertisement; false for one that is not. */
    public boolean hear(CarpAdvertisement heard) {
        boolean authentic = hmac.digest(heard.counter()).equals(heard.md());
        counter = authentic ? heard.counter() : counter;
        return authentic;
    }

    public CarpAdvertisement sign(int advbase, int advskew) {
        return sign(advbase, advskew, 0);
    }

    public CarpAdvertisement sign(int advbase, int advskew, int demote) {
        counter++;
        return new CarpAdvertisement(vhid, advskew, advbase, demote, counter, hmac.digest(counter));
    }
}
