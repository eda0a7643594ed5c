// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.netio.Errno;

/**
 * One queued change: the entry, and which request comes next. A change is one request when the tables agree; the answers to those
 * that fail lead to another request, or end it. An entry with another translation, or with bits of the status that the flow does not have, is another flow: no
 * update takes these from it.
 *
 * <pre>
 * insert: CREATE --EEXIST--> LOOKUP --the same flow-----> UPDATE --EBUSY--> UPDATE_WITHOUT_STATUS
 *                                   --another----------> REPLACE --EEXIST--> LOOKUP_OCCUPANT
 *                                   --ENOENT-----------> LOOKUP_OCCUPANT: another flow has the reply tuple; failed
 * update: UPDATE --ENOENT--> CREATE, on as above; --EBUSY--> UPDATE_WITHOUT_STATUS
 * delete: DELETE --ENOENT--> done
 * loosen: LOOSEN --ENOENT--> done
 * </pre>
 */
final class ImportSlot {
    /** A request to the kernel. */
    enum Request {
        CREATE,
        UPDATE,
        UPDATE_WITHOUT_STATUS,
        DELETE,
        /** Makes a TCP entry liberal. */
        LOOSEN,
        LOOKUP,
        /** Asks for the flow that has the reply tuple. */
        LOOKUP_OCCUPANT,
        /** Delete and create. */
        REPLACE,
        NOTHING
    }

    /** More requests than any path above: a flow that packets create and end meanwhile does not keep us. */
    private static final int ATTEMPTS_MAXIMUM = 6;

    final ConntrackEntry entry = new ConntrackEntry();

    private Request request = Request.NOTHING;
    private int attempts;
    private int error;
    private boolean found;
    private boolean foundSameLife;
    private boolean told;

    /** Begins a change of {@link #entry}. */
    void begin(Request first) {
        attempts = 0;
        told = false;
        next(first);
    }

    private void next(Request following) {
        request = attempts == ATTEMPTS_MAXIMUM ? Request.NOTHING : following;
        attempts++;
        error = 0;
        found = false;
    }

    /** What is to be sent, or was sent last. */
    Request request() {
        return request;
    }

    /** Whether the request writes the entry, and with it what belongs to it. */
    boolean writesEntry() {
        return switch (request) {
            case CREATE, UPDATE, UPDATE_WITHOUT_STATUS, REPLACE -> true;
            case DELETE, LOOSEN, LOOKUP, LOOKUP_OCCUPANT, NOTHING -> false;
        };
    }

    /** Ends the change, whatever came of it. */
    void end() {
        request = Request.NOTHING;
    }

    /** The kernel's answer to the request: an errno. Without an answer it was carried out. */
    void onError(int errno) {
        error = errno;
    }

    /** The kernel's answer to a lookup: the entry with this original tuple. */
    void onFound(ConntrackEntry present) {
        found = true;
        int ahead = present.status & ~entry.status & ConntrackStatus.SETTABLE;
        foundSameLife = ahead == 0 && present.reply.sameAs(entry.reply);
    }

    /** Who asked for the change was told that it failed. */
    void onTold() {
        told = true;
    }

    boolean isTold() {
        return told;
    }

    /** The errno of the last request, or 0. */
    int error() {
        return error;
    }

    /** Whether what the last request was for has come about: it was carried out, or there was nothing to delete. */
    boolean isDone() {
        boolean carriedOut = error == 0 && request != Request.LOOKUP && request != Request.LOOKUP_OCCUPANT;
        return carriedOut || (isNothingWithoutEntry() && error == Errno.ENOENT);
    }

    /** Whether the request has come about where its entry does not exist. */
    private boolean isNothingWithoutEntry() {
        return request == Request.DELETE || request == Request.LOOSEN;
    }

    /** Chooses the next request after one that did not do; NOTHING when there is none. */
    Request advance() {
        int errno = error;
        if (forgets(errno)) {
            next(request);
            return request;
        }
        switch (request) {
            case CREATE -> next(errno == Errno.EEXIST ? Request.LOOKUP : Request.NOTHING);
            case LOOKUP -> next(afterLookup());
            case UPDATE -> next(errno == Errno.EBUSY ? Request.UPDATE_WITHOUT_STATUS : afterUpdate(errno));
            case UPDATE_WITHOUT_STATUS -> next(afterUpdate(errno));
            case REPLACE -> next(errno == Errno.EEXIST ? Request.LOOKUP_OCCUPANT : Request.NOTHING);
            default -> next(Request.NOTHING);
        }
        return request;
    }

    /** Takes away what this kernel has no room for, and what the flow can live without: labels that no rule uses, a master that is not there. */
    private boolean forgets(int errno) {
        boolean labels = errno == Errno.ENOSPC && entry.attachment.has(Attachment.LABELS);
        boolean master = errno == Errno.ENOENT && request == Request.CREATE && entry.attachment.has(Attachment.MASTER);
        if (labels) {
            entry.attachment.remove(Attachment.LABELS);
        } else if (master) {
            entry.attachment.remove(Attachment.MASTER);
        }
        return labels || master;
    }

    private Request afterLookup() {
        if (!found) {
            return Request.LOOKUP_OCCUPANT;
        }
        return foundSameLife ? Request.UPDATE : Request.REPLACE;
    }

    private static Request afterUpdate(int errno) {
        return errno == Errno.ENOENT ? Request.CREATE : Request.NOTHING;
    }

    boolean isSameFlow(ImportSlot other) {
        return entry.zone == other.entry.zone && entry.original.sameAs(other.entry.original);
    }
}
