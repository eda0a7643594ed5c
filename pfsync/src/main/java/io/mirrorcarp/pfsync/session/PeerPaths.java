// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Control;
import java.util.Arrays;

/** By which ways a peer and this node hear one another. Both number their own paths; what the two numbers have in common nobody needs to know. */
public final class PeerPaths {
    private static final long NEVER = Long.MIN_VALUE / 2;

    /** How many paths the peer has, and which of them can pass frames. */
    private int count = 1;

    private int up;
    /** Of each of the peer's paths: when a control frame by it came last, and how long such frames are. */
    private final long[] heardNanos = new long[Control.MAX_PATHS];

    private final LongestFrame[] longest = new LongestFrame[Control.MAX_PATHS];
    /** Of each of this node's paths: when a frame of the peer came by it last. */
    private final long[] hereNanos = new long[Control.MAX_PATHS];

    private int ever;
    /** Which of this node's paths the peer said last that it hears this node by, and since when each. */
    private int told;

    private boolean tells;
    private long tellsFromNanos;
    private final long[] sinceNanos = new long[Control.MAX_PATHS];

    PeerPaths() {
        Arrays.setAll(longest, path -> new LongestFrame());
        begin();
    }

    /** A session begins: nothing is known. */
    void begin() {
        count = 1;
        up = 0;
        ever = 0;
        told = 0;
        tells = false;
        Arrays.fill(heardNanos, NEVER);
        Arrays.fill(hereNanos, NEVER);
        for (LongestFrame each : longest) {
            each.begin();
        }
    }

    /** Whether the peer has several paths. */
    public boolean areSeveral() {
        return count > 1;
    }

    /** An authentic frame came by a path of this node. */
    public void onHere(int path, long nowNanos) {
        hereNanos[path] = nowNanos;
        ever |= 1 << path;
    }

    /** An authentic control frame came that is so long; of which path of the peer, it says itself. */
    public void onControl(Control control, int frameBytes, long nowNanos) {
        heardNanos[control.path] = nowNanos;
        longest[control.path].add(frameBytes, nowNanos);
    }

    /**
     * What a control frame says of the peer's paths.
     *
     * @return whether others can pass frames than before
     */
    boolean onPeers(Control control) {
        boolean changed = control.pathCount == count && control.pathsUp != up;
        count = control.pathCount;
        up = control.pathsUp;
        return changed;
    }

    /** The peer said by which of this node's paths it hears this node; 0 where it does not tell. */
    void onTold(int paths, long nowNanos) {
        for (int path = 0; path < Control.MAX_PATHS; path++) {
            if ((paths & ~told & 1 << path) != 0) {
                sinceNanos[path] = tells ? nowNanos : NEVER;
            }
        }
        if (!tells) {
            tellsFromNanos = nowNanos;
        }
        told = paths;
        ever |= paths;
        tells = paths != 0;
    }

    /** Whether the peer tells by which of this node's paths it hears it. */
    boolean tells() {
        return tells;
    }

    /** Whether it has told so since an instant, or for longer. */
    boolean tellsSince(long instantNanos) {
        return tells && tellsFromNanos <= instantNanos;
    }

    /** By which of this node's paths the peer hears this node, as it said last; 0 where it said nothing. */
    int told() {
        return told;
    }

    /** Those of the paths that the peer has heard this node by without a break since an instant. */
    int toldSince(int paths, long instantNanos) {
        int lasting = 0;
        for (int path = 0; path < Control.MAX_PATHS; path++) {
            lasting |= sinceNanos[path] <= instantNanos ? paths & 1 << path : 0;
        }
        return lasting;
    }

    /** By which of its own paths the peer was heard since an instant. */
    int heard(long fromNanos) {
        int heard = 0;
        for (int path = 0; path < count; path++) {
            heard |= heardNanos[path] >= fromNanos ? 1 << path : 0;
        }
        return heard;
    }

    /** The longest frame that comes through by each of the paths that are heard; 0 where that is not known. */
    int longest(long fromNanos, long nowNanos) {
        int shortest = 0;
        for (int path = 0; path < count; path++) {
            if (heardNanos[path] >= fromNanos) {
                int bytes = longest[path].bytes(nowNanos);
                shortest = shortest == 0 ? bytes : Math.min(shortest, bytes);
            }
        }
        return shortest;
    }

    /** Whether a frame of the peer came by a path of this node since an instant. */
    boolean isHere(int path, long fromNanos) {
        return hereNanos[path] >= fromNanos;
    }

    /** Whether any came by it in this session, or the peer said so of this node's. */
    boolean wasEver(int path) {
        return (ever & 1 << path) != 0;
    }
}
