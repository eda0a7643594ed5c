// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Rejection;
import java.net.InetAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies the advertisements of one vhid. Not thread-safe.
 *
 * <p>The counter starts at a random value and grows by one for each packet. It is never taken from a peer: two nodes that
 * went on from the same heard value would send the same digests and take each other for a reflection, and an OpenBSD peer
 * would take its own cookie for a loop. A peer's counter is not checked either: FreeBSD's and ucarp's jump at random, and
 * OpenBSD's never changes.
 */
public final class Authenticator {
    private final ReflectionFilter reflections = new ReflectionFilter();
    private final ForgeryAlarm forgeries = new ForgeryAlarm();
    private AuthSettings settings;
    private AddressSet addresses;
    private @Nullable AddressSet previousAddresses;
    private long previousUntilNanos;
    private AcceptedDigests digests;
    private DigestContext heardContext = DigestContext.ORIGINAL;
    private long counter;

    /** @param random where the counter starts */
    public Authenticator(AuthSettings settings, AddressSet addresses, RandomGenerator random) {
        this.settings = settings;
        this.addresses = addresses;
        this.digests = new AcceptedDigests(settings, addresses, null);
        this.counter = random.nextLong();
    }

    /** The next advertisement, signed. */
    public CarpAdvertisement sign(int advbase, int advskew, int demote) {
        counter++;
        Digest md = digests.sign(sendContext(), counter);
        return new CarpAdvertisement(settings.vhid(), advskew, advbase, demote, counter, md);
    }

    /**
     * Remembers an advertisement that is sent, so that its reflection is known.
     *
     * @param source null where the kernel chooses it
     */
    public void sent(CarpAdvertisement advertisement, @Nullable InetAddress source) {
        reflections.sent(advertisement, source);
    }

    /** Judges a parsed advertisement of this vhid that came from an address. */
    public Verdict verify(CarpAdvertisement advertisement, InetAddress source, long nowNanos) {
        forgetPreviousAddresses(nowNanos);
        DigestMatch match = digests.find(advertisement);
        if (match == null) {
            return Verdict.BAD_AUTH;
        }
        ReflectionFilter.Find find = reflections.find(advertisement, source);
        if (find == ReflectionFilter.Find.OWN) {
            return new Verdict(Rejection.REPLAYED, match, null, false);
        }
        heardContext = match.context();
        boolean countsOn = find == ReflectionFilter.Find.COUNTER_OF_OURS;
        return new Verdict(null, match, forgeries.observe(advertisement), countsOn);
    }

    /** Changes the virtual addresses and keeps accepting digests over the old ones for a while, until the peers changed. */
    public void changeAddresses(AddressSet changed, long nowNanos, long keepOldNanos) {
        if (!changed.equals(addresses)) {
            previousAddresses = addresses;
            previousUntilNanos = nowNanos + keepOldNanos;
            addresses = changed;
            digests = new AcceptedDigests(settings, addresses, previousAddresses);
        }
    }

    /** Changes keys, context or lladdr. */
    public void changeSettings(AuthSettings changed) {
        settings = changed;
        digests = new AcceptedDigests(settings, addresses, previousAddresses);
    }

    /** The context of the next signature. */
    public DigestContext sendContext() {
        DigestContext fixed = settings.sendContext();
        return fixed == null ? heardContext : fixed;
    }

    private void forgetPreviousAddresses(long nowNanos) {
        if (previousAddresses != null && nowNanos >= previousUntilNanos) {
            previousAddresses = null;
            digests = new AcceptedDigests(settings, addresses, null);
        }
    }
}
