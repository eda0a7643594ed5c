// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.carp.auth.Arrival;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.Forgery;
import io.mirrorcarp.carp.auth.SequencePlace;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.carp.packet.VrrpAdvertisement;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an advertisement of a virtual host that came in means: it is obeyed, or refused, or shows a stranger; and what is to be told of it. Not thread-safe.
 */
public final class HostReception {
    /** What is known of the carpdev by which advertisements come. */
    public interface Segment {
        /** Whether the carpdev has an address. */
        boolean isOwn(InetAddress address);

        /** Whether so many come that nobody sent who has the passphrase that most are not looked at. */
        boolean isFlooded();

        /** The source from which this node would answer by the same way, or null where it has none. */
        @Nullable
        InetAddress sourceTowards(ReceivedAdvertisement received);
    }

    /** What comes of an advertisement. */
    public interface Outcome {
        /** It is authentic, and counts. */
        void obey(PeerAdvertisement advertisement);

        /** It is dropped. */
        void refuse(Rejection why, InetAddress source);

        /** One that was refused is of another master all the same, whom neighbours believe. */
        void stranger(Bid bid);

        /** It does not prove what it says, where it has to. */
        void unproven(InetAddress source, Verdict.Trust trust);

        /** A VRRP router that is obeyed has other addresses than this node. */
        void otherAddresses(InetAddress source, String said);

        /** Something is to be told, in words. */
        void report(String what);
    }

    private final Authenticator authenticator;
    private final boolean warnsOfFreeBsd;
    private final Segment segment;
    private final Outcome outcome;
    private ElectedHost host;
    private @Nullable VrrpMessages vrrp;
    private long forgeries;
    private boolean freeBsdToldOf;

    /**
     * @param vrrp null with CARP, for which the authenticator is
     * @param warnsOfFreeBsd whether a FreeBSD among its peers would leave the virtual MAC at this node's switch port
     */
    public HostReception(
            ElectedHost host,
            Authenticator authenticator,
            @Nullable VrrpMessages vrrp,
            boolean warnsOfFreeBsd,
            Segment segment,
            Outcome outcome) {
        this.host = host;
        this.authenticator = authenticator;
        this.vrrp = vrrp;
        this.warnsOfFreeBsd = warnsOfFreeBsd;
        this.segment = segment;
        this.outcome = outcome;
    }

    /** The virtual host is this one from now on. */
    public void setHost(ElectedHost changed, @Nullable VrrpMessages speaker) {
        host = changed;
        vrrp = speaker;
    }

    /** How many advertisements somebody on the segment has changed. */
    public long forgeries() {
        return forgeries;
    }

    /** A well-formed advertisement of this vhid and its protocol came. */
    public void receive(ReceivedAdvertisement received, long nowNanos) {
        Rejection wrongWay = host.way().wrong(received, segment::isOwn);
        if (wrongWay != null) {
            outcome.refuse(wrongWay, received.source());
        } else if (received.advertisement() instanceof VrrpAdvertisement heard) {
            receiveVrrp(received, heard);
        } else {
            receiveCarp(received, (CarpAdvertisement) received.advertisement(), nowNanos);
        }
    }

    /** One whose source is this node's has come back through a loop: VRRP has nothing else to tell it by. */
    private void receiveVrrp(ReceivedAdvertisement received, VrrpAdvertisement heard) {
        VrrpMessages spoken = Objects.requireNonNull(vrrp);
        InetAddress source = received.source();
        Rejection fault = segment.isOwn(source) ? Rejection.REPLAYED : spoken.fault(heard);
        if (fault != null) {
            outcome.refuse(fault, source);
            return;
        }
        if (spoken.hasOtherAddresses(heard, received.family())) {
            outcome.otherAddresses(source, heard.dump());
        }
        InetAddress own = segment.sourceTowards(received);
        boolean above = own != null && Arrays.compareUnsigned(source.getAddress(), own.getAddress()) > 0;
        obey(received, new VrrpBid(heard.priority(), heard.intervalCentis()), above, SequencePlace.NEXT);
    }

    private void receiveCarp(ReceivedAdvertisement received, CarpAdvertisement said, long nowNanos) {
        InetAddress source = received.source();
        Arrival arrival = new Arrival(source, received.destination().isMulticastAddress(), segment.isOwn(source));
        Verdict verdict = authenticator.verify(said, arrival, nowNanos);
        if (verdict.forgery() != null) {
            onForgery(verdict.forgery(), source);
        } else if (verdict.trust() == Verdict.Trust.CHANGED) {
            onChanged(said, source);
        }
        if (verdict.rejection() != null) {
            refuse(verdict.rejection(), verdict.trust(), source, bid(said));
            return;
        }
        if (verdict.countsOn()) {
            onFreeBsd(source);
        }
        obey(received, bid(said), false, verdict.place());
    }

    private static CarpBid bid(CarpAdvertisement said) {
        return new CarpBid(said.advbase(), said.advskew(), said.demote());
    }

    private void obey(ReceivedAdvertisement received, Bid bid, boolean above, SequencePlace place) {
        outcome.obey(new PeerAdvertisement(received.family(), received.source(), bid, above, place));
    }

    /** One that does not authenticate, or proves nothing, may be of another master all the same, whom neighbours believe. Who floods is none. */
    private void refuse(Rejection reason, Verdict.Trust trust, InetAddress source, CarpBid bid) {
        outcome.refuse(reason, source);
        boolean unproven = reason == Rejection.UNPROVEN && trust != Verdict.Trust.CHANGED;
        if (unproven || (reason == Rejection.BAD_AUTH && !segment.isFlooded())) {
            outcome.stranger(bid);
        }
        if (unproven) {
            outcome.unproven(source, trust);
        }
    }

    /** A switch learns the virtual MAC from the advertisements of its master. With hosts as peers, FreeBSD sends them from its own. */
    private void onFreeBsd(InetAddress source) {
        if (warnsOfFreeBsd && !freeBsdToldOf) {
            freeBsdToldOf = true;
            outcome.report(
                    "peer " + AddressText.format(source) + " counts as FreeBSD does, and with unicast peers a FreeBSD "
                            + "master leaves the virtual MAC at this node's switch port: set mac = \"interface\"");
        }
    }

    private void onForgery(Forgery forgery, InetAddress source) {
        if (!forgery.counterIsConstant()) {
            forged("a known advertisement came again, changed, from " + AddressText.format(source) + ": "
                    + forgery.known().dump() + ", now " + forgery.changed().dump());
        }
    }

    private void onChanged(CarpAdvertisement changed, InetAddress source) {
        forged("somebody on the segment changed an advertisement, and sent it from " + AddressText.format(source) + ": "
                + changed.dump() + "; it is not obeyed");
    }

    /** Told the first time, and each time that there are twice as many. */
    private void forged(String what) {
        forgeries++;
        if (Long.bitCount(forgeries) == 1) {
            outcome.report(what + " (" + forgeries + " so far)");
        }
    }
}
