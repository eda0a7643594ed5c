// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.election.VrrpBid;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.Arrays;

/** A router that follows RFC 9568 by the letter, section 6.4. A backup of higher priority passes over what the master says, until its timer ends. */
final class VrrpRouterTwin extends Twin {
    private static final long NANOS_PER_CENTI = 10_000_000;

    private final VrrpBid own;
    private final boolean preempt;
    private int masterCentis;
    private long dueNanos = CarpInstance.NEVER;

    VrrpRouterTwin(VirtualClock clock, Segment segment, InetAddress address, VrrpBid own, boolean preempt) {
        super(clock, segment, address);
        this.own = own;
        this.preempt = preempt;
    }

    @Override
    void join() {
        masterCentis = own.intervalCentis();
        becomeBackup();
    }

    @Override
    void forgetTimers() {
        dueNanos = CarpInstance.NEVER;
    }

    @Override
    void sayGoodbye() {
        say(new VrrpBid(0, own.intervalCentis()));
    }

    @Override
    public void demote(int total) {
        // It knows no demotion.
    }

    @Override
    public void hear(PeerAdvertisement advertisement) {
        VrrpBid remote = (VrrpBid) advertisement.bid();
        switch (state()) {
            case INIT -> {}
            case BACKUP -> hearAsBackup(remote);
            case MASTER -> hearAsMaster(remote, advertisement.source());
        }
    }

    private void hearAsBackup(VrrpBid remote) {
        if (remote.priority() == 0) {
            dueNanos = clock.nowNanos() + skewNanos();
        } else if (!preempt || remote.priority() >= own.priority()) {
            masterCentis = remote.intervalCentis();
            watch();
        }
    }

    private void hearAsMaster(VrrpBid remote, InetAddress source) {
        boolean wins = remote.priority() > own.priority()
                || (remote.priority() == own.priority()
                        && Arrays.compareUnsigned(source.getAddress(), address.getAddress()) > 0);
        if (remote.priority() == 0) {
            advertise();
        } else if (wins) {
            masterCentis = remote.intervalCentis();
            becomeBackup();
        }
    }

    private long masterNanos() {
        return masterCentis * NANOS_PER_CENTI;
    }

    private long skewNanos() {
        return (256 - own.priority()) * masterNanos() / 256;
    }

    private void watch() {
        dueNanos = clock.nowNanos() + 3 * masterNanos() + skewNanos();
    }

    private void becomeBackup() {
        enter(CarpState.BACKUP);
        watch();
    }

    private void advertise() {
        say(own);
        dueNanos = clock.nowNanos() + own.intervalCentis() * NANOS_PER_CENTI;
    }

    private void say(VrrpBid bid) {
        send(new PeerAdvertisement(AddressFamily.IPV4, address, bid, false));
    }

    @Override
    public long nextDeadlineNanos() {
        return dueNanos;
    }

    @Override
    public void onDeadline() {
        enter(CarpState.MASTER);
        advertise();
    }

    @Override
    public boolean preempts() {
        return preempt;
    }

    @Override
    public boolean wouldDisplace(Member master) {
        return preempt && master.advertisement().bid().unfitness() > own.unfitness();
    }

    @Override
    public PeerAdvertisement advertisement() {
        return new PeerAdvertisement(AddressFamily.IPV4, address, own, false);
    }

    @Override
    public String describe() {
        return name() + " " + own + " " + state();
    }
}
