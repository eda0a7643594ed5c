// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import java.time.Duration;
import java.util.List;

/** A carpd on each firewall at the shortest of useful intervals, with pfsync between them. */
final class CarpdElection implements Elector {
    /** Intervals of 5 and 6 256ths of a second: 19.5 and 23.4 ms. */
    private static final int SKEW_A = 5;

    private static final int SKEW_B = 6;
    private static final Duration ROLE_LIMIT = Duration.ofSeconds(60);

    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Firewall preferred;
    private final Firewall other;

    CarpdElection(Bed bed) {
        preferred = bed.topology().firewallA(settings("fw-a", SKEW_A));
        other = bed.topology().firewallB(settings("fw-b", SKEW_B));
    }

    private static CarpdSettings settings(String name, int advskew) {
        return CarpdSettings.of(name, advskew).withAdvbase(0);
    }

    @Override
    public void launchPreferred() {
        preferred.start();
    }

    @Override
    public void launchOther() {
        other.start();
    }

    @Override
    public void awaitRoles() {
        preferred.await("MASTER, in sync", Statuses.every("master").and(Statuses.pfsync("in-sync")), ROLE_LIMIT);
        other.await("BACKUP, in sync", Statuses.every("backup").and(Statuses.pfsync("in-sync")), ROLE_LIMIT);
    }

    @Override
    public void terminatePreferred() {
        preferred.terminate();
    }

    @Override
    public void awaitPreferredEnd() {
        Waiting.until("carpd to end", END_LIMIT, () -> !preferred.carpd().isRunning());
    }

    @Override
    public List<Long> preferredProcesses() {
        return List.of(preferred.carpd().process().pid());
    }

    @Override
    public List<Long> otherProcesses() {
        return List.of(other.carpd().process().pid());
    }
}
