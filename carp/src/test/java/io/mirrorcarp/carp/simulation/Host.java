// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.Demotion;
import io.mirrorcarp.carp.election.DemotionSource;
import java.util.ArrayList;
import java.util.List;

/** A node: an instance on each segment, and one demotion for all of them. */
final class Host {
    private static final int LINK_DEMOTION = 240;

    private final VirtualClock clock;
    private final List<Member> members = new ArrayList<>();
    private final Demotion demotion = new Demotion();

    Host(VirtualClock clock) {
        this.clock = clock;
    }

    void add(Member member) {
        members.add(member);
    }

    List<Member> members() {
        return members;
    }

    void start() {
        members.forEach(Member::start);
    }

    void stop() {
        members.forEach(Member::stop);
    }

    void crash() {
        members.forEach(Member::crash);
    }

    boolean isRunning() {
        return members.get(0).isRunning();
    }

    void link(int segment, boolean up) {
        members.get(segment).link(up);
        set(DemotionSource.LINK, "lan" + segment, up ? 0 : LINK_DEMOTION);
    }

    void demoteByHand(int value) {
        set(DemotionSource.ADMIN, "", value);
    }

    private void set(String name, String subject, int value) {
        demotion.raise(DemotionSource.of(name, subject, value, "simulated", clock.nowNanos()));
        members.forEach(member -> member.demote(demotion.total()));
    }
}
