// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** How a node that is no longer master says so, and when its addresses go: {@link Departure} has the times. Not thread-safe. */
final class AddressRelease {
    private final InstanceParts parts;
    private final Departure departure;
    private final MasterDuty duty;

    AddressRelease(InstanceParts parts, Departure departure, MasterDuty duty) {
        this.parts = parts;
        this.departure = departure;
        this.duty = duty;
    }

    /** Says good-bye as master, where it can be heard: on the segment only while there is a link. The addresses go at once where nobody can be reached meanwhile. */
    void leave(long handoverNanos, long nowNanos) {
        sayGoodbye(handoverNanos, nowNanos);
        if (duty.isTaking() || !parts.linkUp) {
            now();
        } else {
            ifDue(nowNanos);
        }
    }

    /** Not where nobody knows it as master. */
    private void sayGoodbye(long handoverNanos, long nowNanos) {
        if (duty.isTaking()) {
            return;
        }
        parts.act(new CarpAction.Resign());
        if (parts.linkUp) {
            parts.sendBowOut();
            departure.leave(handoverNanos, parts.candidacy.longestSuccessionNanos(), nowNanos);
        }
    }

    /** The addresses are let go, at once or when the successor is heard again. */
    void hearSuccessor(Standing successor, long nowNanos) {
        if (duty.isTaking()) {
            now();
        } else {
            departure.onSuccessor(
                    parts.candidacy.nextDueNanos(successor),
                    parts.is(CarpState.MASTER) || departure.isHolding(),
                    parts.takeover().handoverNanos(),
                    nowNanos);
            ifDue(nowNanos);
        }
    }

    void onDeadline(long nowNanos) {
        if (departure.takeWord(nowNanos)) {
            parts.sendBowOut();
        }
        ifDue(nowNanos);
    }

    private void ifDue(long nowNanos) {
        if (departure.takeRelease(nowNanos)) {
            parts.act(new CarpAction.ReleaseAddresses());
        }
    }

    void now() {
        departure.end();
        parts.act(new CarpAction.ReleaseAddresses());
    }
}
