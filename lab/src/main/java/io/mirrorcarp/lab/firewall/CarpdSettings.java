// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import java.nio.file.Path;

/**
 * What differs between the lab's carpd configurations. Start from {@link #of} and change with the {@code with} methods.
 *
 * @param node the node's name
 * @param advbase seconds, 0 to 255
 * @param advskew 0 to 254; the lower node is preferred
 * @param preempt whether the preferred node takes the addresses back
 * @param pfsync whether states are replicated
 * @param syncpeer the peer's address on sync0, or empty for multicast
 * @param bulkTimeout how long to wait for the bulk update, such as "30s"
 * @param http where the web pages are served, to be operated by those in web.auth beside the configuration; or empty for none
 * @param extra more TOML, added at the end
 */
public record CarpdSettings(
        String node,
        int advbase,
        int advskew,
        boolean preempt,
        boolean pfsync,
        String syncpeer,
        String bulkTimeout,
        String http,
        String extra) {

    /** advbase 1, preempt, pfsync over multicast. */
    public static CarpdSettings of(String node, int advskew) {
        return new CarpdSettings(node, 1, advskew, true, true, "", "30s", "", "");
    }

    /** The same with another interval. */
    public CarpdSettings withAdvbase(int value) {
        return new CarpdSettings(node, value, advskew, preempt, pfsync, syncpeer, bulkTimeout, http, extra);
    }

    /** The same with another skew. */
    public CarpdSettings withAdvskew(int value) {
        return new CarpdSettings(node, advbase, value, preempt, pfsync, syncpeer, bulkTimeout, http, extra);
    }

    /** The same with or without preemption. */
    public CarpdSettings withPreempt(boolean value) {
        return new CarpdSettings(node, advbase, advskew, value, pfsync, syncpeer, bulkTimeout, http, extra);
    }

    /** The same with or without replication. */
    public CarpdSettings withPfsync(boolean value) {
        return new CarpdSettings(node, advbase, advskew, preempt, value, syncpeer, bulkTimeout, http, extra);
    }

    /** The same with a unicast peer, or with multicast for an empty one. */
    public CarpdSettings withSyncpeer(String value) {
        return new CarpdSettings(node, advbase, advskew, preempt, pfsync, value, bulkTimeout, http, extra);
    }

    /** The same with another limit for the bulk update. */
    public CarpdSettings withBulkTimeout(String value) {
        return new CarpdSettings(node, advbase, advskew, preempt, pfsync, syncpeer, value, http, extra);
    }

    /** The same with web pages. */
    public CarpdSettings withHttp(String value) {
        return new CarpdSettings(node, advbase, advskew, preempt, pfsync, syncpeer, bulkTimeout, value, extra);
    }

    /** The same with more TOML at the end. */
    public CarpdSettings withExtra(String value) {
        return new CarpdSettings(node, advbase, advskew, preempt, pfsync, syncpeer, bulkTimeout, http, value);
    }

    /**
     * The configuration file. The key files lie beside it.
     *
     * @param socket the absolute path of the admin socket
     */
    public String toml(Path socket) {
        String head = """
                [node]
                name     = "%s"
                stateDir = "%s"

                [global]
                preempt = %s
                advbase = %d

                [carp.wan]
                vhid     = 1
                carpdev  = "wan0"
                advskew  = %d
                passFile = "carp.key"
                address  = ["203.0.113.1/24"]

                [carp.lan]
                vhid     = 2
                carpdev  = "lan0"
                advskew  = %d
                passFile = "carp.key"
                address  = ["10.0.0.1/24"]
                """.formatted(node, socket.resolveSibling("state"), preempt, advbase, advskew, advskew);
        return head + (pfsync ? pfsyncToml() : "") + adminToml(socket) + extra;
    }

    private String adminToml(Path socket) {
        return """

                [admin]
                socket = "%s"
                http   = "%s"
                %s
                [metrics]
                http   = ""
                """.formatted(socket, http, http.isEmpty() ? "" : "authFile = \"web.auth\"\n");
    }

    private String pfsyncToml() {
        String peer = syncpeer.isEmpty() ? "" : "syncpeer    = [\"" + syncpeer + "\"]\n";
        return """

                [pfsync]
                syncdev     = "sync0"
                keys        = { 1 = "sync.key" }
                activeKey   = 1
                bulkTimeout = "%s"
                """.formatted(bulkTimeout) + peer;
    }
}
