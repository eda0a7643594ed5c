// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.auth.Verdict.Trust;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Rejection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies the advertisements of one vhid. Not thread-safe.
 *
 * <p>advskew, advbase, demote and the time are not under CARP's digest, so whoever is on the segment may send a changed or an old copy of what he heard. The counter is, and this program puts a sequence into it and a
 * proof of the rest: {@link ProvenCounter}. A node of this program that was changed or is old is refused by all others. What the other systems send proves nothing: it is refused with
 * {@link AuthSettings#strict}, and else where their habits of counting tell a copy, {@link SeenCounters}.
 */
public final class Authenticator {
    private final ForgeryAlarm forgeries = new ForgeryAlarm();
    private final SeenCounters seen = new SeenCounters();
    private final ProvenPeers peers = new ProvenPeers();
    private final CounterRing own = new CounterRing();
    private final CounterRing burnt = new CounterRing();
    private final VerificationBudget budget;
    private final Sequences sequences;
    private AuthSettings settings;
    private AddressSet addresses;
    private @Nullable AddressSet previousAddresses;
    private long previousUntilNanos;
    private AcceptedDigests digests;
    private List<ProvenCounter> proofs;
    private DigestContext heardContext = DigestContext.ORIGINAL;

    /**
     * @param before how far the sequences came in earlier lives
     * @param budget what may be spent on advertisements that nobody expects; all virtual hosts of a carpdev share one
     */
    public Authenticator(AuthSettings settings, AddressSet addresses, SequenceMark before, VerificationBudget budget) {
        this.settings = settings;
        this.addresses = addresses;
        this.digests = new AcceptedDigests(settings, addresses, null);
        this.proofs = proofs(settings);
        this.sequences = new Sequences(before);
        this.budget = budget;
    }

    private static List<ProvenCounter> proofs(AuthSettings settings) {
        List<ProvenCounter> proofs = new ArrayList<>();
        proofs.add(new ProvenCounter(settings.key(), settings.vhid()));
        if (settings.nextKey() != null) {
            proofs.add(new ProvenCounter(settings.nextKey(), settings.vhid()));
        }
        return proofs;
    }

    /**
     * The next advertisement, signed.
     *
     * @param sender its source address where it goes to a group; null where it goes to a host
     */
    public CarpAdvertisement sign(int advbase, int advskew, int demote, @Nullable InetAddress sender) {
        long counter = proofs.get(0).make(sequences.next(sender), advskew, advbase, demote, sender);
        own.add(counter);
        Digest md = digests.sign(sendContext(), counter);
        return new CarpAdvertisement(settings.vhid(), advskew, advbase, demote, counter, md);
    }

    /** This node becomes master, and whoever was master before may not know of it: what is signed from now on is of a new term, {@link SequencePlace}. */
    public void beginTerm() {
        sequences.beginTerm();
    }

    /** Judges a parsed advertisement of this vhid. What can be told without its digest is told before that is looked at. */
    public Verdict verify(CarpAdvertisement advertisement, Arrival from, long nowNanos) {
        forgetPreviousAddresses(nowNanos);
        long counter = advertisement.counter();
        if (seen.isUsed(counter)) {
            return Verdict.ofUnproven(Rejection.REPLAYED, null, Trust.NONE, forgeries.observeCopy(advertisement));
        }
        boolean near = sequences.isNear(ProvenCounter.sequence(counter)) && proves(advertisement, from);
        if (near && !isFresh(counter, from)) {
            return Verdict.of(Rejection.REPLAYED, null, Trust.PROVEN);
        }
        if (!near && !seen.isExpected(counter) && !budget.take(nowNanos)) {
            return Verdict.UNVERIFIED;
        }
        DigestMatch match = digests.find(advertisement);
        if (match == null) {
            return Verdict.BAD_AUTH;
        }
        Verdict verdict = near || proves(advertisement, from)
                ? proven(counter, from, match)
                : unproven(advertisement, from.source(), match);
        if (verdict.accepted()) {
            heardContext = match.context();
        }
        return verdict;
    }

    private boolean proves(CarpAdvertisement advertisement, Arrival from) {
        InetAddress sender = from.sender();
        return proofs.stream().anyMatch(proof -> proof.proves(advertisement, sender));
    }

    private boolean isFresh(long counter, Arrival from) {
        return sequences.isFresh(ProvenCounter.sequence(counter), from.sender(), from.isOurs())
                && !burnt.contains(counter);
    }

    private Verdict proven(long counter, Arrival from, DigestMatch match) {
        if (!isFresh(counter, from)) {
            return Verdict.of(Rejection.REPLAYED, match, Trust.PROVEN);
        }
        SequencePlace place = sequences.place(ProvenCounter.sequence(counter));
        sequences.heard(ProvenCounter.sequence(counter), from.sender());
        // Nodes without an address of their own share the virtual one, and one of them may be another system.
        if (!addresses.addresses().contains(from.source())) {
            peers.proved(from.source());
        }
        return new Verdict(null, match, Trust.PROVEN, null, place);
    }

    private Verdict unproven(CarpAdvertisement advertisement, InetAddress source, DigestMatch match) {
        long counter = advertisement.counter();
        if (isChanged(counter)) {
            // Who changes one gets one try with it.
            burnt.add(counter);
            return Verdict.of(Rejection.UNPROVEN, match, Trust.CHANGED);
        }
        if (peers.isHeld(source)) {
            return Verdict.of(Rejection.UNPROVEN, match, Trust.FELL_BACK);
        }
        if (settings.strict()) {
            return Verdict.of(Rejection.UNPROVEN, match, Trust.PLAIN);
        }
        seen.heard(counter);
        Trust trust = own.isContinuedBy(counter) ? Trust.COUNTS_ON : Trust.PLAIN;
        return Verdict.ofUnproven(null, match, trust, forgeries.observe(advertisement));
    }

    /** Whether a node of this program made the counter, for another advertisement. One of a BSD that counts has the mark now and then. */
    private boolean isChanged(long counter) {
        return sequences.isPlausible(ProvenCounter.sequence(counter))
                && !seen.isContinued(counter)
                && proofs.stream().anyMatch(proof -> proof.isMarked(counter));
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

    /** Changes keys, context, lladdr or what must be proved. */
    public void changeSettings(AuthSettings changed) {
        settings = changed;
        digests = new AcceptedDigests(settings, addresses, previousAddresses);
        proofs = proofs(changed);
    }

    /** The context of the next signature. */
    public DigestContext sendContext() {
        DigestContext fixed = settings.sendContext();
        return fixed == null ? heardContext : fixed;
    }

    /**
     * A peer says over a channel that can be trusted how far the sequences of all nodes have come, and whether its advertisements prove anything. This node goes on above that: one that was put back to an
     * earlier state is heard again. Nothing up to it is fresh from a sender who was not heard yet.
     *
     * @param peer its number
     * @param sequence the highest that it sent or heard
     * @param leads whether this node is master: it goes on above a newer term only when it has heard an advertisement of it
     * @return whether peers that proved what they said are held to it no longer, since this one has gone back to a version that cannot
     */
    public boolean hearPeer(int peer, long sequence, boolean proves, boolean leads) {
        sequences.raise(sequence, leads);
        return peers.onProves(peer, proves);
    }

    /** Adds the counters that peers may send next. */
    public void expect(ExpectedCounters expected) {
        sequences.expect(expected);
        seen.expect(expected);
    }

    /** The highest sequence that was sent or heard. */
    public long highestSequence() {
        return sequences.highest();
    }

    /** What is to be kept for the next life of the node now, or null while what was kept is enough. */
    @Nullable
    public SequenceMark reserve(long nowNanos) {
        return sequences.reserve(nowNanos);
    }

    /** What is to be kept at the end of this life. */
    public SequenceMark lastSequences() {
        return sequences.end();
    }

    private void forgetPreviousAddresses(long nowNanos) {
        if (previousAddresses != null && nowNanos >= previousUntilNanos) {
            previousAddresses = null;
            digests = new AcceptedDigests(settings, addresses, null);
        }
    }
}
