// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A carpd on each firewall, with pfsync between them. */
final class CarpdElection implements Elector {
    /** Intervals of 5 and 6 256ths of a second: 19.5 and 23.4 ms. */
    private static final int SKEW_A = 5;

    private static final int SKEW_B = 6;
    private static final Duration ROLE_LIMIT = Duration.ofSeconds(60);

    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Firewall preferred;
    private final Firewall other;

    /** @param fast whether at a 50th of a second, or at one second */
    CarpdElection(Bed bed, boolean fast) {
        this(bed, fast, "", "");
    }

    private CarpdElection(Bed bed, boolean fast, String moreOfA, String moreOfB) {
        int advbase = fast ? 0 : 1;
        preferred = bed.topology()
                .firewallA(CarpdSettings.of("fw-a", fast ? SKEW_A : 0)
                        .withAdvbase(advbase)
                        .withExtra(moreOfA));
        other = bed.topology()
                .firewallB(CarpdSettings.of("fw-b", fast ? SKEW_B : 100)
                        .withAdvbase(advbase)
                        .withExtra(moreOfB));
    }

    /** At a 50th of a second, with more virtual hosts on lan0 than the two of the network. */
    static CarpdElection of(Bed bed, ManyAddresses addresses) {
        return new CarpdElection(bed, true, addresses.toml(SKEW_A), addresses.toml(SKEW_B));
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
    public boolean awaitAnswer() {
        Waiting.until("carpd to answer", ROLE_LIMIT, this::answers);
        return true;
    }

    private boolean answers() {
        try {
            return ControlSocket.call(preferred.carpd().socket(), ControlSocket.STATUS, Duration.ofSeconds(1))
                    .succeeded();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void awaitPreferred() {
        preferred.await("MASTER", Statuses.every("master"), ROLE_LIMIT);
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
