// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.ArrayList;
import java.util.List;

/** A BSD's sysctl.conf: what is under net.inet.carp. */
public final class SysctlConfReader implements Reader {
    private static final String PREFIX = "net.inet.carp.";

    @Override
    public void read(SourceFile file, Reading reading) {
        List<Place> statements = new ArrayList<>();
        int number = 0;
        for (String line : file.lines()) {
            number++;
            int comment = line.indexOf('#');
            String text = comment < 0 ? line : line.substring(0, comment);
            int equals = text.indexOf('=');
            if (!text.isBlank()) {
                statements.add(file.at(number));
            }
            if (equals > 0 && text.strip().startsWith(PREFIX)) {
                String value = text.substring(equals + 1).replace("\"", "").strip();
                setting(file.at(number), text.substring(0, equals).strip(), value, reading);
            }
        }
        reading.leaveRest(statements, "not below " + PREFIX + ": carpctl init writes the settings that Linux needs");
    }

    private static void setting(Place place, String name, String value, Reading reading) {
        boolean on = !value.equals("0");
        reading.take(place);
        switch (name.substring(PREFIX.length())) {
            case "preempt" -> reading.draft().preempt(on);
            case "arpbalance" -> reading.draft().arpbalance(on);
            default -> reading.leave(place, name, "set it in [global] where carpd.toml(5) has it");
        }
    }
}
