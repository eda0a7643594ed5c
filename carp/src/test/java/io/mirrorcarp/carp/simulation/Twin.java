// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import java.net.InetAddress;

/** The life of a router of another system: it runs or not, has its link or not, and takes part while both are so. */
abstract class Twin implements Member {
    protected final VirtualClock clock;
    protected final InetAddress address;
    private final Segment segment;
    private CarpState state = CarpState.INIT;
    private boolean running;
    private boolean linkUp = true;

    Twin(VirtualClock clock, Segment segment, InetAddress address) {
        this.clock = clock;
        this.segment = segment;
        this.address = address;
    }

    /** It begins to take part. */
    abstract void join();

    /** It takes no part any more: nothing is due. */
    abstract void forgetTimers();

    /** Its last word, as a master that is stopped in good order. */
    abstract void sayGoodbye();

    protected final void enter(CarpState changed) {
        state = changed;
    }

    protected final void send(PeerAdvertisement advertisement) {
        segment.send(this, advertisement);
    }

    @Override
    public void start() {
        if (!running) {
            running = true;
            settle();
        }
    }

    @Override
    public void stop() {
        if (state == CarpState.MASTER) {
            sayGoodbye();
        }
        crash();
    }

    @Override
    public void crash() {
        running = false;
        settle();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void link(boolean up) {
        linkUp = up;
        settle();
    }

    private void settle() {
        if (!running || !linkUp) {
            state = CarpState.INIT;
            forgetTimers();
        } else if (state == CarpState.INIT) {
            join();
        }
    }

    @Override
    public CarpState state() {
        return state;
    }

    @Override
    public String name() {
        return getClass().getSimpleName() + " " + address.getHostAddress();
    }
}
