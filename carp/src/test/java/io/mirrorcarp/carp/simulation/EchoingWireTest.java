// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.Arrival;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.election.AdvertTurn;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpActions;
import io.mirrorcarp.carp.election.CarpBid;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.ParsedFrame;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.counter.CounterSet;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whole frames, signed and verified, on a segment that brings every frame back to its sender as well. */
class EchoingWireTest {
    private static final AddressSet ADDRESSES =
            new AddressSet(List.of(Vectors.address("10.0.0.100"), Vectors.address("2001:db8::100")));
    private static final long DELAY = 100_000;

    private final VirtualClock clock = new VirtualClock();
    private final Random random = new Random(1);
    private final List<WireNode> nodes = new ArrayList<>();

    private final class WireNode implements VirtualClock.Sleeper, CarpActions {
        private final CarpInstance machine;
        private final Authenticator authenticator;
        private final AdvertisementParser parser = new AdvertisementParser(family -> true, vhid -> vhid == 1, false);
        private final CounterSet<CarpCounter> counters = new CounterSet<>(CarpCounter.class);
        private final int number;
        private int forgeries;

        WireNode(String pass, int advskew) {
            number = nodes.size() + 1;
            machine = new CarpInstance(
                    CarpSettings.of(1, 1, advskew).withFamilies(Set.of(AddressFamily.values())),
                    random,
                    AdvertTurn.ALONE);
            authenticator = new Authenticator(
                    AuthSettings.of(1, CarpKey.ofPassphrase(pass)),
                    ADDRESSES,
                    SequenceMark.NONE,
                    new VerificationBudget());
            nodes.add(this);
            clock.add(this);
            perform(machine.onStart(clock.nowNanos()));
        }

        private void perform(List<CarpAction> actions) {
            actions.forEach(action -> action.perform(this));
        }

        void receive(byte[] frame) {
            ParsedFrame parsed = parser.parse(ByteBuffer.wrap(frame));
            parsed.count(counters);
            if (parsed instanceof ReceivedAdvertisement received) {
                CarpAdvertisement said = (CarpAdvertisement) received.advertisement();
                Verdict verdict = authenticator.verify(said, Arrival.toGroup(received.source()), clock.nowNanos());
                forgeries += verdict.trust() == Verdict.Trust.CHANGED ? 1 : 0;
                if (verdict.accepted()) {
                    perform(machine.onAdvertisement(
                            new PeerAdvertisement(
                                    received.family(),
                                    received.source(),
                                    said.advbase(),
                                    said.advskew(),
                                    said.demote()),
                            clock.nowNanos()));
                } else {
                    verdict.rejection().count(counters);
                }
            }
        }

        @Override
        public long nextDeadlineNanos() {
            return machine.nextDeadlineNanos();
        }

        @Override
        public void onDeadline() {
            perform(machine.onDeadline(clock.nowNanos()));
        }

        @Override
        public void sendAdvertisement(CarpAction.SendAdvertisement action) {
            CarpBid bid = (CarpBid) action.bid();
            for (AddressFamily family : action.families()) {
                InetAddress source =
                        Vectors.address(family == AddressFamily.IPV4 ? "10.0.0." + number : "fe80::" + number);
                CarpAdvertisement signed = authenticator.sign(bid.advbase(), bid.advskew(), bid.demote(), source);
                broadcast(AdvertisementFrame.build(Envelope.multicast(1, source, 0), signed));
            }
        }

        @Override
        public void masterSilent() {}

        @Override
        public void masterDisplaced() {}

        @Override
        public void twoMasters(CarpAction.TwoMasters action) {}

        @Override
        public void requestStates(CarpAction.RequestStates action) {}

        @Override
        public void resign() {}

        @Override
        public void beginTerm() {
            authenticator.beginTerm();
        }

        @Override
        public void takeAddresses() {
            clock.at(clock.nowNanos(), () -> perform(machine.onAddressesTaken(clock.nowNanos())));
        }

        @Override
        public void releaseAddresses() {}

        @Override
        public void announce(CarpAction.Announce action) {}

        @Override
        public void stateChanged(CarpAction.StateChanged action) {}
    }

    private void broadcast(byte[] frame) {
        for (WireNode node : nodes) {
            clock.at(clock.nowNanos() + DELAY, () -> node.receive(frame));
        }
    }

    @Test
    void aNodeAloneStaysMasterAlthoughItHearsItself() {
        WireNode alone = new WireNode("secret", 100);
        clock.runUntil(30 * Rules.SECOND);
        assertThat(alone.machine.state()).isEqualTo(CarpState.MASTER);
        assertThat(alone.machine.counts().transitions()).isEqualTo(2);
        assertThat(alone.counters.value(CarpCounter.REPLAYED)).isEqualTo(2 * 20);
    }

    @Test
    void twoEqualNodesAgreeAlthoughTheyHearThemselves() {
        new WireNode("secret", 100);
        new WireNode("secret", 100);
        clock.runUntil(7 * Rules.SECOND);
        assertThat(nodes.stream().filter(node -> node.machine.state() == CarpState.MASTER))
                .hasSize(1);
        long transitions = transitions();
        clock.runUntil(60 * Rules.SECOND);
        assertThat(transitions()).isEqualTo(transitions);
    }

    private long transitions() {
        return nodes.stream()
                .mapToLong(node -> node.machine.counts().transitions())
                .sum();
    }

    @Test
    void aNodeWithAnotherPassphraseIsNeverHeard() {
        WireNode right = new WireNode("secret", 100);
        WireNode wrong = new WireNode("Secret", 0);
        clock.runUntil(30 * Rules.SECOND);
        assertThat(right.machine.state()).isEqualTo(CarpState.MASTER);
        assertThat(wrong.machine.state()).isEqualTo(CarpState.MASTER);
        assertThat(right.counters.value(CarpCounter.BAD_AUTH)).isPositive();
        assertThat(right.machine.peers().peers()).isEmpty();
    }

    @Test
    void whoSharpensAnAdvertisementThatHeHeardIsReported() {
        WireNode master = new WireNode("secret", 100);
        WireNode backup = new WireNode("secret", 150);
        clock.runUntil(10 * Rules.SECOND);
        CarpAdvertisement heard = master.authenticator.sign(1, 100, 0, Vectors.address("10.0.0.66"));
        var sharpened = new CarpAdvertisement(1, 0, 1, 0, heard.counter(), heard.md());
        Envelope envelope = Envelope.multicast(1, Vectors.address("10.0.0.66"), 0);
        backup.receive(AdvertisementFrame.build(envelope, heard));
        backup.receive(AdvertisementFrame.build(envelope, sharpened));
        assertThat(backup.forgeries).isEqualTo(1);
    }
}
