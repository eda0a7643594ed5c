// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.io.TableWatch.Reading;
import java.util.ArrayList;
import java.util.List;

/** Says once when the table begins to be too full, before the kernel refuses connections, and once when it is well again. */
public final class TableAlarm {
    /** From this share on there is an alarm, in percent. */
    public static final int FULL_PERCENT = 90;

    private static final int WELL_PERCENT = 80;
    /** A reader that is on time leaves a few at most. */
    private static final long MANY_DYING = 1_000;

    private boolean full;
    private boolean stuck;

    /** What is to be told of this reading: nothing, unless something changed. */
    public List<String> onReading(Reading reading) {
        List<String> lines = new ArrayList<>();
        if (!full && reading.percent() >= FULL_PERCENT) {
            full = true;
            lines.add("the table is " + reading.percent() + " % full, " + reading.entries() + " of " + reading.limit()
                    + " entries: when it is full the kernel refuses connections, and those of the peer find no room;"
                    + " raise net.netfilter.nf_conntrack_max");
        } else if (full && reading.percent() < WELL_PERCENT) {
            full = false;
            lines.add("the table has room again, " + reading.entries() + " of " + reading.limit() + " entries");
        }
        if (!stuck && reading.dying() >= MANY_DYING) {
            stuck = true;
            lines.add(reading.dying() + " entries have ended and fill the table until their end is told:"
                    + " this node does not read the kernel's events fast enough");
        } else if (stuck && reading.dying() < MANY_DYING / 2) {
            stuck = false;
            lines.add("ended entries no longer fill the table");
        }
        return lines;
    }
}
