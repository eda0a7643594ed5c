// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/** A change that the table did not take. A carrier, reused. */
public final class RefusedImport {
    /** What was to be written. */
    public final StateRecord wanted = new StateRecord();

    /** Whether another flow has its translated addresses and ports, so that only one of the two can be there. */
    public boolean occupied;

    /** That flow; meaningful with {@link #occupied}. */
    public final StateRecord occupant = new StateRecord();
}
