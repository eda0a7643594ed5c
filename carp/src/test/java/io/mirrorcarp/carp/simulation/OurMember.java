// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.AdvertTurn;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpActions;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpRules;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The machine under test, with hands that carry out its actions on the simulated segment. */
final class OurMember implements Member, CarpActions {
    private final VirtualClock clock;
    private final Segment segment;
    private final RandomGenerator random;
    private final InetAddress address;
    private final CarpSettings settings;
    private CarpInstance machine;
    private boolean running;
    private boolean linkUp = true;
    private boolean preemptAllowed = true;
    private boolean holdsAddresses;
    private boolean statesInTime;
    private int demotion;

    OurMember(VirtualClock clock, Segment segment, RandomGenerator random, InetAddress address, CarpSettings settings) {
        this.clock = clock;
        this.segment = segment;
        this.random = random;
        this.address = address;
        this.settings = settings;
        this.machine = newMachine();
    }

    /** Alone on its node, or one of up to three virtual hosts. */
    private CarpInstance newMachine() {
        int of = 1 + random.nextInt(3);
        return new CarpInstance(settings, random, new AdvertTurn(random.nextInt(of), of));
    }

    CarpSettings settings() {
        return settings;
    }

    CarpInstance machine() {
        return machine;
    }

    boolean preemptAllowed() {
        return preemptAllowed;
    }

    void allowPreempt(boolean allow) {
        preemptAllowed = allow;
        perform(machine.onPreemptAllowed(allow, clock.nowNanos()));
    }

    /** From now on the states are complete before the limit. */
    void statesInTime() {
        statesInTime = true;
    }

    void force(CarpState state) {
        perform(machine.onForcedState(state, clock.nowNanos()));
    }

    void enable(boolean enable) {
        perform(enable ? machine.onEnable(clock.nowNanos()) : machine.onDisable(clock.nowNanos()));
    }

    void servicesReady() {
        perform(machine.onServicesReady(clock.nowNanos()));
    }

    @Override
    public void start() {
        if (!running) {
            running = true;
            machine = newMachine();
            perform(machine.onLink(linkUp, clock.nowNanos()));
            perform(machine.onDemotion(demotion, clock.nowNanos()));
            perform(machine.onPreemptAllowed(preemptAllowed, clock.nowNanos()));
            perform(machine.onStart(clock.nowNanos()));
        }
    }

    @Override
    public void stop() {
        perform(machine.onShutdown(clock.nowNanos()));
        crash();
    }

    @Override
    public void crash() {
        running = false;
        holdsAddresses = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void link(boolean up) {
        linkUp = up;
        perform(machine.onLink(up, clock.nowNanos()));
    }

    @Override
    public void demote(int total) {
        demotion = total;
        perform(machine.onDemotion(total, clock.nowNanos()));
    }

    @Override
    public void hear(PeerAdvertisement advertisement) {
        if (linkUp) {
            boolean above = Arrays.compareUnsigned(advertisement.source().getAddress(), address.getAddress()) > 0;
            PeerAdvertisement heard =
                    new PeerAdvertisement(advertisement.family(), advertisement.source(), advertisement.bid(), above);
            perform(machine.onAdvertisement(heard, clock.nowNanos()));
        }
    }

    void hearOfADeath() {
        perform(machine.onPeerDied(clock.nowNanos()));
    }

    void hearOfSilence() {
        perform(machine.onPeerSilent(clock.nowNanos()));
    }

    void hearResignation() {
        perform(machine.onResigned(clock.nowNanos()));
    }

    @Override
    public CarpState state() {
        if (running && holdsAddresses != (machine.state() == CarpState.MASTER || machine.isHolding())) {
            throw new AssertionError(describe() + " has addresses " + holdsAddresses + " as " + machine.state());
        }
        return running ? machine.state() : CarpState.INIT;
    }

    @Override
    public boolean preempts() {
        return settings.preempt() && preemptAllowed;
    }

    @Override
    public boolean wouldDisplace(Member master) {
        PeerAdvertisement own = advertisement();
        PeerAdvertisement other = master.advertisement();
        boolean honours = ((CarpRules) settings.rules()).peers().honourDemoteByte();
        int ownByte = honours ? Rules.carp(own).demote() : 0;
        int otherByte = honours ? Rules.carp(other).demote() : 0;
        boolean faster = Rules.interval(own) < Rules.interval(other);
        return otherByte > ownByte || (settings.preempt() && faster && otherByte == ownByte);
    }

    /** By the demotion that the node was given, not by what the machine made of it. */
    @Override
    public PeerAdvertisement advertisement() {
        return new PeerAdvertisement(
                AddressFamily.IPV4, address, settings.rules().bid(demotion), false);
    }

    @Override
    public long nextDeadlineNanos() {
        return running ? machine.nextDeadlineNanos() : CarpInstance.NEVER;
    }

    @Override
    public void onDeadline() {
        perform(machine.onDeadline(clock.nowNanos()));
        if (machine.nextDeadlineNanos() <= clock.nowNanos()) {
            throw new AssertionError(describe() + " wants to be woken at a time that is over");
        }
    }

    private void perform(List<CarpAction> actions) {
        if (running) {
            actions.forEach(action -> action.perform(this));
        }
    }

    @Override
    public void sendAdvertisement(CarpAction.SendAdvertisement action) {
        for (AddressFamily family : action.families()) {
            segment.send(this, new PeerAdvertisement(family, address, action.bid(), false));
        }
    }

    @Override
    public void requestStates(CarpAction.RequestStates action) {
        CarpInstance asking = machine;
        long delay =
                random.nextLong((statesInTime ? 1 : 2) * settings.takeover().holdLimitNanos() + 1);
        clock.at(clock.nowNanos() + delay, () -> {
            if (asking == machine) {
                perform(machine.onStatesReady(action.request(), clock.nowNanos()));
            }
        });
    }

    @Override
    public void masterSilent() {}

    @Override
    public void masterDisplaced() {}

    @Override
    public void twoMasters(CarpAction.TwoMasters action) {}

    @Override
    public void resign() {
        segment.resign(this);
    }

    @Override
    public void beginTerm() {}

    @Override
    public void takeAddresses() {
        holdsAddresses = true;
        CarpInstance taking = machine;
        clock.at(clock.nowNanos() + random.nextLong(30_000_000), () -> {
            if (taking == machine) {
                perform(machine.onAddressesTaken(clock.nowNanos()));
            }
        });
    }

    @Override
    public void releaseAddresses() {
        holdsAddresses = false;
    }

    @Override
    public void announce(CarpAction.Announce action) {
        if (!holdsAddresses) {
            throw new AssertionError(describe() + " announces what it does not have");
        }
    }

    @Override
    public void stateChanged(CarpAction.StateChanged action) {}

    @Override
    public String name() {
        return "ours " + address.getHostAddress();
    }

    @Override
    public String describe() {
        return name() + " " + settings + " demotion " + demotion;
    }
}
