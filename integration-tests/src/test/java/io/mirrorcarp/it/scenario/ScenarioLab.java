// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.firewall.LabKeys;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import java.util.ArrayList;
import java.util.List;

/** Hosts, segments and nodes of one scenario; all go when it is closed. */
final class ScenarioLab implements AutoCloseable {
    private final Lab lab = Lab.open();
    private final LabKeys keys = LabKeys.random();
    private final List<Greeter> greeters = new ArrayList<>();

    LabNetwork network(String name) {
        return lab.network(name);
    }

    /** A host with nothing on it. */
    LabHost host(String name) {
        return lab.host(name);
    }

    /** A host with one cable, to a device eth0. */
    LabHost host(String name, LabNetwork network, String... addresses) {
        LabHost host = lab.host(name);
        plug(host, network, "eth0", addresses);
        return host;
    }

    static void plug(LabHost host, LabNetwork network, String device, String... addresses) {
        host.plug(network, device);
        for (String address : addresses) {
            host.address(device, address);
        }
    }

    /** Starts carpd on a host, with the passphrase of the lab. */
    Carpd start(LabHost host, NodeToml toml) {
        return start(host, toml, keys);
    }

    /** Starts carpd on a host, with secrets of its own. */
    static Carpd start(LabHost host, NodeToml toml, LabKeys keys) {
        Carpd carpd = new Carpd(host, keys);
        carpd.configure(toml.text(carpd.socket()));
        carpd.start();
        return carpd;
    }

    /** Starts a service on an address of a host. */
    void greet(LabHost host, String address) {
        greeters.add(new Greeter(host, address));
    }

    void stopGreeters() {
        greeters.forEach(Greeter::close);
        greeters.clear();
    }

    /** Like {@link #await}, with the time that a start takes. */
    static JsonNode awaitStart(Carpd node, String vhid, String state) {
        return node.await(vhid + " " + state, Statuses.vhid(vhid, state), Limits.START);
    }

    static JsonNode await(Carpd node, String vhid, String state) {
        return node.await(vhid + " " + state, Statuses.vhid(vhid, state), Limits.ROLE);
    }

    /** The virtual host of that name in a status. */
    static JsonNode vhid(JsonNode status, String name) {
        for (JsonNode vhid : status.path("vhids")) {
            if (vhid.path("name").asText().equals(name)) {
                return vhid;
            }
        }
        throw new AssertionError("no vhid " + name + " in " + status);
    }

    static String reason(JsonNode status, String vhid) {
        return vhid(status, vhid).path("reason").asText();
    }

    /** A counter of {@code carpctl stats -p carp}. */
    static long count(Carpd node, String counter) {
        return node.stats().path("carp").path(counter).asLong();
    }

    @Override
    public void close() {
        stopGreeters();
        lab.close();
    }
}
