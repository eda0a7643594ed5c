// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * When to renew the leases of the addresses: the kernel removes an address 2 s after its last renewal at the earliest, so that none outlives a process that sleeps or is gone. Not thread-safe.
 */
final class LeaseTimer {
    static final long RENEWAL_NANOS = 1_000_000_000;
    static final long LEASE_NANOS = 2_000_000_000;

    private long askedAtNanos;
    private long renewAtNanos = CarpInstance.NEVER;

    /** Whether any address is held now. */
    void settle(boolean anyHeld, long nowNanos) {
        if (!anyHeld) {
            renewAtNanos = CarpInstance.NEVER;
        } else if (renewAtNanos == CarpInstance.NEVER) {
            asked(nowNanos);
        }
    }

    /** Whether to renew now. */
    boolean takeDue(long nowNanos) {
        boolean due = nowNanos >= renewAtNanos;
        if (due) {
            asked(nowNanos);
        }
        return due;
    }

    private void asked(long nowNanos) {
        askedAtNanos = nowNanos;
        renewAtNanos = nowNanos + RENEWAL_NANOS;
    }

    /** Whether the kernel may have removed addresses, since nobody asked for their renewal. */
    boolean isExpired(long nowNanos) {
        return renewAtNanos != CarpInstance.NEVER && nowNanos - askedAtNanos >= LEASE_NANOS;
    }

    long nextDeadlineNanos() {
        return renewAtNanos;
    }
}
