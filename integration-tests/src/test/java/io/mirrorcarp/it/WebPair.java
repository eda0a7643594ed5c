// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.CommandResult;
import java.nio.file.Path;

/** The pair with its pages on; alice may operate, bob may view. The topology is drawn at {@link Pair}. */
final class WebPair implements AutoCloseable {
    static final String URL = "http://127.0.0.1:8112/";
    static final String PASSWORD = "correct horse";

    final Pair pair;

    private WebPair(Pair pair) {
        this.pair = pair;
    }

    /** In sync, fw-a master. */
    static WebPair inSync() {
        WebPair web = new WebPair(Pair.of(settings -> settings));
        web.configure(web.pair.a, Topology.settingsA());
        web.configure(web.pair.b, Topology.settingsB());
        web.pair.start();
        web.pair.awaitPreferredRoles("in-sync");
        return web;
    }

    private void configure(Firewall firewall, CarpdSettings settings) {
        Path auth = firewall.host().directory().resolve("web.auth");
        addUser(firewall, auth, "alice", "operate");
        addUser(firewall, auth, "bob", "view");
        String toml = settings.toml(firewall.carpd().socket())
                .replaceFirst("http   = \"\"", "http   = \"127.0.0.1:8112\"\nauthFile = \"" + auth + "\"");
        firewall.carpd().configure(toml.replace("[metrics]\nhttp   = \"\"", "[metrics]\nhttp   = \"127.0.0.1:9712\""));
    }

    private static void addUser(Firewall firewall, Path auth, String name, String role) {
        CommandResult added = firewall.host()
                .run(
                        "sh",
                        "-c",
                        "echo '" + PASSWORD + "' | " + Checkout.home().resolve("bin/carpctl") + " web user add " + name
                                + " --role " + role + " --password-stdin --file " + auth);
        assertThat(added.exitStatus()).as(added.toString()).isZero();
    }

    @Override
    public void close() {
        pair.close();
    }
}
