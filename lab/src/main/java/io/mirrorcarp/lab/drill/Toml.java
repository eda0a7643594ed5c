// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.UnaryOperator;

/** Changes the configuration of a firewall that is not started. */
final class Toml {
    private Toml() {}

    static void change(Firewall firewall, UnaryOperator<String> change) {
        try {
            firewall.carpd()
                    .configure(change.apply(Files.readString(firewall.carpd().configFile())));
        } catch (IOException e) {
            throw new LabException("cannot read the configuration of " + firewall.name() + ": " + e.getMessage(), e);
        }
    }
}
