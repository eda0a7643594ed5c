// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.Arrival;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.CountingSigner;
import io.mirrorcarp.carp.auth.LineSigner;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.SequencePlace;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.election.CarpBid;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import java.net.InetAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How a simulated node authenticates on one segment. */
interface SimulatedSigner {
    /** Everybody is believed. */
    SimulatedSigner NONE = new SimulatedSigner() {
        @Override
        public SignedFrame sign(PeerAdvertisement said) {
            return new SignedFrame(said, null);
        }

        @Override
        public SequencePlace hear(SignedFrame frame, InetAddress own, long nowNanos) {
            return SequencePlace.NEXT;
        }
    };

    CarpKey KEY = CarpKey.ofPassphrase("secret");

    SignedFrame sign(PeerAdvertisement said);

    /** Where its sequence stands, or null for one that is not to be heard. */
    @Nullable
    SequencePlace hear(SignedFrame frame, InetAddress own, long nowNanos);

    /** The node becomes master. */
    default void beginTerm() {}

    /** The node begins another life. */
    default void restart() {}

    /** As this program does it. A life may lose what the one before kept. */
    final class Ours implements SimulatedSigner {
        private final AuthSettings settings;
        private final AddressSet addresses;
        private final RandomGenerator random;
        private SequenceMark mark = SequenceMark.NONE;
        private Authenticator authenticator;

        Ours(boolean strict, AddressSet addresses, RandomGenerator random) {
            this.settings = AuthSettings.of(7, KEY).withStrict(strict);
            this.addresses = addresses;
            this.random = random;
            authenticator = new Authenticator(settings, addresses, mark, new VerificationBudget());
        }

        @Override
        public SignedFrame sign(PeerAdvertisement said) {
            CarpBid bid = Rules.carp(said);
            var signed = authenticator.sign(bid.advbase(), bid.advskew(), bid.demote(), said.source());
            keep(0);
            return new SignedFrame(said, signed);
        }

        @Override
        public @Nullable SequencePlace hear(SignedFrame frame, InetAddress own, long nowNanos) {
            InetAddress source = frame.said().source();
            Arrival arrival = new Arrival(source, true, source.equals(own));
            Verdict verdict = authenticator.verify(frame.signed(), arrival, nowNanos);
            keep(nowNanos);
            return verdict.accepted() ? verdict.place() : null;
        }

        @Override
        public void beginTerm() {
            authenticator.beginTerm();
        }

        private void keep(long nowNanos) {
            SequenceMark next = authenticator.reserve(nowNanos);
            mark = next == null ? mark : next;
        }

        @Override
        public void restart() {
            mark = random.nextInt(4) == 0 ? authenticator.lastSequences() : mark;
            authenticator = new Authenticator(settings, addresses, mark, new VerificationBudget());
        }
    }

    /** As FreeBSD, NetBSD and ucarp do it: who has the key is believed, and one goes on from the counter that was heard last. */
    final class OfABsd implements SimulatedSigner {
        private final CountingSigner signer;

        OfABsd(AddressSet addresses) {
            signer = new CountingSigner(7, KEY, addresses);
        }

        @Override
        public SignedFrame sign(PeerAdvertisement said) {
            CarpBid bid = Rules.carp(said);
            return new SignedFrame(said, signer.sign(bid.advbase(), bid.advskew(), bid.demote()));
        }

        @Override
        public @Nullable SequencePlace hear(SignedFrame frame, InetAddress own, long nowNanos) {
            return signer.hear(frame.signed()) ? SequencePlace.NEXT : null;
        }
    }

    /** As this program does it, but for what costs time: nobody forges anything. */
    final class Counting implements SimulatedSigner {
        private static final Digest NO_DIGEST = Digest.of(new byte[Digest.LENGTH]);

        private final LineSigner line = new LineSigner();

        @Override
        public SignedFrame sign(PeerAdvertisement said) {
            CarpBid bid = Rules.carp(said);
            long sequence = line.next(said.source());
            return new SignedFrame(
                    said, new CarpAdvertisement(7, bid.advskew(), bid.advbase(), bid.demote(), sequence, NO_DIGEST));
        }

        @Override
        public @Nullable SequencePlace hear(SignedFrame frame, InetAddress own, long nowNanos) {
            return line.hear(frame.signed().counter(), frame.said().source(), nowNanos);
        }

        @Override
        public void beginTerm() {
            line.beginTerm();
        }

        @Override
        public void restart() {
            line.restart();
        }
    }

    /** One for each segment. */
    static List<SimulatedSigner> ours(boolean strict, List<AddressSet> segments, RandomGenerator random) {
        return segments.stream()
                .<SimulatedSigner>map(addresses -> new Ours(strict, addresses, random))
                .toList();
    }
}
