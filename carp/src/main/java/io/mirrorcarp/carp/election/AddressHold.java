// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * The hold of one virtual host on its addresses: when to take them, to put them back, and to try whether they can be taken. Not thread-safe.
 *
 * <p>Where taking fails, the virtual host is unable to take over until a rehearsal succeeds. Rehearsals that succeed although taking fails come more and more seldom.
 */
final class AddressHold {
    /** Between two attempts to put addresses back, and two rehearsals that fail. */
    static final long RETRY_NANOS = 1_000_000_000;

    /** Whoever removes a carpdev removes what is on it first; that is not to be put back. */
    static final long REPAIR_DELAY_NANOS = 10_000_000;

    /** Settings of the host change while the node runs: how often it is looked whether the addresses can be held, or are answered for. */
    static final long LOOK_NANOS = 5_000_000_000L;

    private static final int LONGEST_PAUSE_SHIFT = 6;

    private boolean wanted;
    private boolean held;
    private int attempt;
    private long attemptedAtNanos;
    private long repairAtNanos = CarpInstance.NEVER;
    private boolean able = true;
    private int takeFailures;
    private int rehearsalFailures;
    private long rehearseAtNanos = CarpInstance.NEVER;
    private long putBack;

    /** The addresses are wanted from now on. Returns the number of the attempt to make. */
    int take(long nowNanos) {
        wanted = true;
        rehearseAtNanos = nowNanos + LOOK_NANOS;
        return attempt(nowNanos);
    }

    /** The number of an attempt to make now. */
    int attempt(long nowNanos) {
        repairAtNanos = CarpInstance.NEVER;
        attemptedAtNanos = nowNanos;
        return ++attempt;
    }

    void release() {
        wanted = false;
        held = false;
        repairAtNanos = CarpInstance.NEVER;
        if (!able && rehearseAtNanos == CarpInstance.NEVER) {
            rehearseAtNanos = attemptedAtNanos + RETRY_NANOS;
        }
    }

    /** Whether the outcome of an attempt still means something. */
    boolean awaits(int ended) {
        return wanted && ended == attempt;
    }

    /** It succeeded. */
    void onTaken() {
        held = true;
        able = true;
        takeFailures = 0;
        rehearsalFailures = 0;
    }

    /** Counts that addresses were put back. */
    long onPutBack() {
        return ++putBack;
    }

    /** It failed. */
    void onTakeFailed(long nowNanos) {
        held = false;
        able = false;
        rehearseAtNanos = nowNanos + (RETRY_NANOS << Math.min(takeFailures, LONGEST_PAUSE_SHIFT));
        takeFailures++;
    }

    /** A rehearsal ended. Returns whether that changes whether the addresses can be taken. */
    boolean onRehearsed(boolean succeeded, long nowNanos) {
        boolean before = able;
        able = succeeded;
        rehearsalFailures = succeeded ? 0 : rehearsalFailures + 1;
        rehearseAtNanos = nowNanos + (succeeded ? LOOK_NANOS : RETRY_NANOS);
        return able != before;
    }

    /** They are held, and are answered for. */
    void onLooked(long nowNanos) {
        rehearseAtNanos = nowNanos + LOOK_NANOS;
    }

    /** Somebody took them away: they are put back, though not all the time. */
    void onDisturbed(long nowNanos) {
        if (wanted && repairAtNanos == CarpInstance.NEVER) {
            repairAtNanos = Math.max(nowNanos + REPAIR_DELAY_NANOS, attemptedAtNanos + RETRY_NANOS);
        }
    }

    boolean isRepairDue(long nowNanos) {
        return nowNanos >= repairAtNanos;
    }

    /** Whether to rehearse now. */
    boolean takeRehearsalDue(long nowNanos) {
        boolean due = nowNanos >= rehearseAtNanos;
        rehearseAtNanos = due ? CarpInstance.NEVER : rehearseAtNanos;
        return due;
    }

    boolean isWanted() {
        return wanted;
    }

    boolean isHeld() {
        return held;
    }

    /** Whether the addresses can be taken, as far as is known. */
    boolean isAble() {
        return able;
    }

    /** How many failures came one after the other, of takes and of rehearsals. */
    int failuresInARow() {
        return Math.max(takeFailures, rehearsalFailures);
    }

    long nextDeadlineNanos() {
        return Math.min(repairAtNanos, rehearseAtNanos);
    }
}
