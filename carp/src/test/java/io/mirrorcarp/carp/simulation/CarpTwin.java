// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpBid;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** What the twins of other systems that speak CARP have in common: one timer to advertise, one for each family's master. */
abstract class CarpTwin extends Twin {
    /** The configuration of a twin. */
    record Config(int advbase, int advskew, boolean preempt, Set<AddressFamily> families, InetAddress address) {}

    protected final Config config;
    protected int demotion;
    private final Map<AddressFamily, Long> masterDownNanos = new EnumMap<>(AddressFamily.class);
    private long advertiseNanos = CarpInstance.NEVER;

    CarpTwin(VirtualClock clock, Segment segment, Config config) {
        super(clock, segment, config.address());
        this.config = config;
    }

    abstract long downMicros();

    /** The rules for a master that hears another: whether it gives way. */
    abstract boolean yieldsTo(PeerAdvertisement remote);

    /** The rules for a backup that hears a master: whether it becomes master now. */
    abstract boolean takesOverFrom(PeerAdvertisement remote);

    /** Whether it says good-bye when it is stopped. */
    abstract boolean bowsOut();

    /** Demotion changed while master. */
    abstract void onDemotionChange(int before);

    /** Whether it is master as soon as it runs. */
    boolean startsAsMaster() {
        return false;
    }

    long intervalMicros() {
        return Rules.interval(advertisement());
    }

    /** From a promotion to the next advertisement. */
    long firstIntervalMicros() {
        return intervalMicros();
    }

    void onYield() {}

    @Override
    void join() {
        if (startsAsMaster()) {
            becomeMaster();
        } else {
            becomeBackup();
        }
    }

    @Override
    void forgetTimers() {
        advertiseNanos = CarpInstance.NEVER;
        masterDownNanos.clear();
    }

    @Override
    void sayGoodbye() {
        if (bowsOut()) {
            send(255, 255);
        }
    }

    @Override
    public void demote(int total) {
        int before = demotion;
        if (total != before) {
            demotion = total;
            onDemotionChange(before);
        }
    }

    @Override
    public void hear(PeerAdvertisement remote) {
        if (state() == CarpState.MASTER && yieldsTo(remote)) {
            onYield();
            becomeBackup();
        } else if (state() == CarpState.BACKUP && takesOverFrom(remote)) {
            becomeMaster();
        } else if (state() == CarpState.BACKUP) {
            watch(remote.family());
        }
    }

    private void watch(AddressFamily family) {
        if (config.families.contains(family)) {
            masterDownNanos.put(family, clock.nowNanos() + downMicros() * 1_000);
        }
    }

    private void becomeBackup() {
        enter(CarpState.BACKUP);
        advertiseNanos = CarpInstance.NEVER;
        config.families.forEach(this::watch);
    }

    private void becomeMaster() {
        enter(CarpState.MASTER);
        masterDownNanos.clear();
        advertise();
        advertiseNanos = clock.nowNanos() + firstIntervalMicros() * 1_000;
    }

    protected void advertise() {
        if (state() == CarpState.MASTER) {
            CarpBid own = Rules.carp(advertisement());
            send(own.advbase(), own.advskew());
            advertiseNanos = clock.nowNanos() + intervalMicros() * 1_000;
        }
    }

    private void send(int advbase, int advskew) {
        for (AddressFamily family : config.families) {
            send(new PeerAdvertisement(
                    family,
                    config.address,
                    advbase,
                    advskew,
                    Rules.carp(advertisement()).demote()));
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return masterDownNanos.values().stream().reduce(advertiseNanos, Math::min);
    }

    @Override
    public void onDeadline() {
        if (state() == CarpState.MASTER) {
            advertise();
        } else {
            becomeMaster();
        }
    }

    @Override
    public boolean preempts() {
        return config.preempt();
    }

    @Override
    public String describe() {
        return name() + " " + config + " demotion " + demotion;
    }
}
