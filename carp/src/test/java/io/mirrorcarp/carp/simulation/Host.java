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
    private final List<String> groups;
    private final List<Member> members = new ArrayList<>();
    private final Demotion demotion = new Demotion();

    /** @param groups the group of the instance on each segment */
    Host(VirtualClock clock, List<String> groups) {
        this.clock = clock;
        this.groups = groups;
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

    /** For the instances of one group alone. */
    void demoteGroup(String group, int value) {
        String name = DemotionSource.TRACK_PREFIX + group;
        apply(DemotionSource.of(name, "", value, "simulated", clock.nowNanos()).inGroup(group));
    }

    private void set(String name, String subject, int value) {
        apply(DemotionSource.of(name, subject, value, "simulated", clock.nowNanos()));
    }

    private void apply(DemotionSource source) {
        demotion.raise(source);
        for (int i = 0; i < members.size(); i++) {
            members.get(i).demote(demotion.totalFor(groups.get(i)));
        }
    }
}
