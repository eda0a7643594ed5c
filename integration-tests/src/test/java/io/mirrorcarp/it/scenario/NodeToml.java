// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A carpd configuration, put together table by table. Every virtual host has the lab's passphrase. */
record NodeToml(String text) {
    /** @param global the lines of the table [global] */
    static NodeToml of(String node, String... global) {
        return new NodeToml("""
                [node]
                name = "%s"
                [metrics]
                http = ""
                [global]
                %s
                """.formatted(node, String.join("\n", global)));
    }

    /** The same with a virtual host; addresses with prefix lengths. */
    NodeToml vhid(String name, int vhid, String carpdev, int advskew, String... addresses) {
        String list = Arrays.stream(addresses).map(one -> '"' + one + '"').collect(Collectors.joining(", "));
        return with("""
                [carp.%s]
                vhid = %d
                carpdev = "%s"
                advskew = %d
                passFile = "carp.key"
                address = [%s]
                """.formatted(name, vhid, carpdev, advskew, list));
    }

    /** The same with replication over a device. */
    NodeToml pfsync(String syncdev) {
        return with("""
                [pfsync]
                syncdev = "%s"
                keys = { 1 = "sync.key" }
                activeKey = 1
                """.formatted(syncdev));
    }

    /** The same with more text at the end. */
    NodeToml with(String more) {
        return new NodeToml(text + more);
    }

    /** The file's text with the admin socket that it needs. */
    String text(Path socket) {
        return text + """
                [admin]
                socket = "%s"
                http = ""
                """.formatted(socket);
    }
}
