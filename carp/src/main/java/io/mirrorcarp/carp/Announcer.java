// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.AnnouncementPace;
import io.mirrorcarp.netio.DeadlineTimer;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.Consumer;

/** Sends the frames that announce addresses on one carpdev, at the times of its {@link AnnouncementPace}. */
final class Announcer {
    private final AnnouncementPace pace = new AnnouncementPace();
    private final DeadlineTimer timer;
    private final Consumer<byte[]> wire;

    Announcer(Context context, Consumer<byte[]> wire) {
        this.timer = new DeadlineTimer(context, this::send);
        this.wire = wire;
    }

    /** Announces addresses that this node holds; see {@link AnnouncementPace#announceHeld}. */
    boolean announceHeld(String host, List<byte[]> frames) {
        boolean first = pace.announceHeld(host, frames, System.nanoTime());
        send();
        return first;
    }

    /** Announces addresses whose MAC has changed. */
    void announceNewMac(String host, List<byte[]> frames) {
        pace.announceNewMac(host, frames, System.nanoTime());
        send();
    }

    /** The addresses of a virtual host are not here any more. */
    void forget(String host) {
        pace.forget(host);
    }

    private void send() {
        pace.take(System.nanoTime()).forEach(wire);
        timer.arm(pace.nextDeadlineNanos());
    }

    /** At the end: nothing is sent by itself any more. */
    void stop() {
        timer.cancel();
    }
}
