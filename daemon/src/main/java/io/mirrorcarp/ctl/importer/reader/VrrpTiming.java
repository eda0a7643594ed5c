// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;

/** What VRRP's priority and interval are in CARP. */
final class VrrpTiming {
    /** The priority of a VRRP router that names none. */
    static final int DEFAULT_PRIORITY = 100;

    private static final int BEST = 254;

    private VrrpTiming() {}

    /** The higher priority is the lower advskew: 254 and 255 are 0, 1 is 253. */
    static int advskew(int priority) {
        return Math.max(0, BEST - priority);
    }

    /** Whether a text is a number of seconds, above 0. */
    static boolean isTime(String text) {
        return text.matches("\\d{1,5}(\\.\\d{1,6})?") && Double.parseDouble(text) > 0;
    }

    /**
     * Sets advbase and advskew.
     *
     * @param priority 1 to 255
     * @param interval in seconds, as the file spells it
     */
    static void apply(HostDraft host, int priority, String interval, Place place, Reading reading) {
        host.advskew(advskew(priority));
        if (!isTime(interval)) {
            reading.leave(place, "interval " + interval, "not a time in seconds; advbase stays 1");
            return;
        }
        double seconds = Double.parseDouble(interval);
        if (seconds >= 1) {
            host.advbase((int) Math.min(255, Math.round(seconds)));
            if (seconds != host.advbase()) {
                reading.leave(place, "interval " + interval, "advbase = " + host.advbase() + ": it is whole seconds");
            }
            return;
        }
        int base = (int) Math.max(1, Math.round(seconds * 256));
        host.advbase(0);
        host.advskew(Math.min(BEST, Math.max(1, base + advskew(priority) * base / 256)));
        reading.leave(
                place,
                "interval " + interval,
                "advbase = 0 and advskew = " + host.advskew()
                        + ": below a second the advskew is the interval, in 256ths; check that the other node's is higher or lower");
    }
}
