// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.SourceFile;

/** A BSD's sysctl.conf: what is under net.inet.carp. */
public final class SysctlConfReader implements Reader {
    private static final String PREFIX = "net.inet.carp.";

    @Override
    public void read(SourceFile file, Reading reading) {
        int number = 0;
        for (String line : file.lines()) {
            number++;
            int comment = line.indexOf('#');
            String text = comment < 0 ? line : line.substring(0, comment);
            int equals = text.indexOf('=');
            if (equals > 0 && text.strip().startsWith(PREFIX)) {
                String value = text.substring(equals + 1).replace("\"", "").strip();
                setting(file.at(number), text.substring(0, equals).strip(), value, reading);
            }
        }
    }

    private static void setting(Place place, String name, String value, Reading reading) {
        boolean on = !value.equals("0");
        switch (name.substring(PREFIX.length())) {
            case "preempt" -> reading.draft().preempt(on);
            case "arpbalance" -> reading.draft().arpbalance(on);
            default -> reading.leave(place, name, "set it in [global] where carpd.toml(5) has it");
        }
    }
}
