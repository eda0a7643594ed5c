// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

import io.mirrorcarp.daemon.config.DownTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all files of one import say. */
public final class Draft {
    private final List<HostDraft> hosts = new ArrayList<>();
    private final List<TrackDraft> tracks = new ArrayList<>();
    private final List<HookDraft> hooks = new ArrayList<>();
    private final Set<Leftover> leftovers = new LinkedHashSet<>();
    private final Set<Place> taken = new HashSet<>();
    private String nodeName = "";
    private @Nullable SyncDraft sync;
    private @Nullable Boolean preempt;
    private Duration preemptDelay = Duration.ZERO;
    private boolean arpbalance;
    private boolean keepsVrrp;
    private DownTimer downTimer = DownTimer.FREEBSD;

    public List<HostDraft> hosts() {
        return hosts;
    }

    public List<TrackDraft> tracks() {
        return tracks;
    }

    public List<HookDraft> hooks() {
        return hooks;
    }

    /** Without repetitions, line by line; the files in the order in which they came. */
    public List<Leftover> leftovers() {
        List<String> files = leftovers.stream()
                .map(leftover -> leftover.place().file())
                .distinct()
                .toList();
        return leftovers.stream()
                .sorted(Comparator.<Leftover>comparingInt(
                                leftover -> files.indexOf(leftover.place().file()))
                        .thenComparingInt(leftover -> leftover.place().line()))
                .toList();
    }

    /** Tells that something is not carried over as it stands. */
    public void leave(Place place, String what, String why) {
        leftovers.add(new Leftover(place, what, why));
        taken.add(place);
    }

    /** Notes that a reader has taken what a line says. */
    public void take(Place place) {
        taken.add(place);
    }

    /** Whether the line was taken, or told to be left. */
    public boolean isAccountedFor(Place place) {
        return taken.contains(place);
    }

    /** Empty where no file has one. */
    public String nodeName() {
        return nodeName;
    }

    public void nodeName(String name) {
        nodeName = name;
    }

    public Optional<SyncDraft> sync() {
        return Optional.ofNullable(sync);
    }

    public void sync(SyncDraft channel) {
        sync = channel;
    }

    /** Empty where no file says. */
    public Optional<Boolean> preempt() {
        return Optional.ofNullable(preempt);
    }

    public void preempt(boolean value) {
        preempt = value;
    }

    public Duration preemptDelay() {
        return preemptDelay;
    }

    public void preemptDelay(Duration delay) {
        preemptDelay = delay;
    }

    public boolean arpbalance() {
        return arpbalance;
    }

    public void arpbalance(boolean value) {
        arpbalance = value;
    }

    /** Whether what was VRRP stays VRRP, so that the routers can be replaced one by one. */
    public boolean keepsVrrp() {
        return keepsVrrp;
    }

    public void keepsVrrp(boolean value) {
        keepsVrrp = value;
    }

    public DownTimer downTimer() {
        return downTimer;
    }

    public void downTimer(DownTimer timer) {
        downTimer = timer;
    }
}
