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
 * would take its own cookie for a loop.
 *
 * <p>Neither advskew nor the time is under the digest, so whoever is on the segment may send a copy of what he heard. A copy of an advertisement of this node, of its present life, is refused however
 * old it is; but for the last ones, since FreeBSD goes on from a counter of this node which it has just heard. A copy of a peer's is refused where that peer counts: {@link SeenCounters}.
 */
public final class Authenticator {
    /** How far ahead of this node's counter one is that goes on from it. */
    private static final long COUNTS_ON = 1L << 32;

    private static final int PASS_BY = 1 << 10;

    private final ReflectionFilter reflections = new ReflectionFilter();
    private final ForgeryAlarm forgeries = new ForgeryAlarm();
    private final SeenCounters seen = new SeenCounters();
    private final VerificationBudget budget = new VerificationBudget();
    private AuthSettings settings;
    private AddressSet addresses;
    private @Nullable AddressSet previousAddresses;
    private long previousUntilNanos;
    private AcceptedDigests digests;
    private DigestContext heardContext = DigestContext.ORIGINAL;
    private final RandomGenerator random;
    private final long startCounter;
    private long counter;

    /** @param random where the counter starts, and how far it passes by those of a peer that goes on from it */
    public Authenticator(AuthSettings settings, AddressSet addresses, RandomGenerator random) {
        this.settings = settings;
        this.addresses = addresses;
        this.digests = new AcceptedDigests(settings, addresses, null);
        this.random = random;
        this.startCounter = random.nextLong();
        this.counter = startCounter;
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
        if (isOldOwn(advertisement.counter()) || seen.isUsed(advertisement.counter())) {
            return new Verdict(Rejection.REPLAYED, null, forgeries.observeCopy(advertisement), false);
        }
        if (!isExpected(advertisement.counter()) && !budget.take(nowNanos)) {
            return Verdict.UNVERIFIED;
        }
        DigestMatch match = digests.find(advertisement);
        if (match == null) {
            return Verdict.BAD_AUTH;
        }
        ReflectionFilter.Find find = reflections.find(advertisement, source);
        if (find == ReflectionFilter.Find.OWN) {
            return new Verdict(Rejection.REPLAYED, match, null, false);
        }
        seen.heard(advertisement.counter());
        passBy(advertisement.counter());
        heardContext = match.context();
        boolean countsOn = find == ReflectionFilter.Find.COUNTER_OF_OURS;
        return new Verdict(null, match, forgeries.observe(advertisement), countsOn);
    }

    /** A peer that goes on from this node's counter has used those in between, and a third node has heard them: they are not used again. */
    private void passBy(long received) {
        if (Long.compareUnsigned(received - counter - 1, COUNTS_ON) < 0) {
            counter = received + random.nextInt(1, PASS_BY);
        }
    }

    /** Whether a known peer may send it next: it is verified whatever else comes. */
    private boolean isExpected(long received) {
        return seen.isExpected(received)
                || (isOwn(received) && Long.compareUnsigned(counter - received, ReflectionFilter.REMEMBERED) < 0)
                || Long.compareUnsigned(received - counter - 1, SeenCounters.GAP) < 0;
    }

    /** Whether this node has signed with it in this life. */
    private boolean isOwn(long received) {
        return Long.compareUnsigned(received - startCounter - 1, counter - startCounter) < 0;
    }

    /** FreeBSD goes on from the counter that it heard last; one that does not hear this node any longer goes on from there. */
    private boolean isOldOwn(long received) {
        return isOwn(received)
                && Long.compareUnsigned(counter - received, ReflectionFilter.REMEMBERED) >= 0
                && !seen.isContinued(received);
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
