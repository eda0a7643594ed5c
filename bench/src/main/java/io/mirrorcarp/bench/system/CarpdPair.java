// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A carpd on each firewall, as the demonstration configures it: two virtual hosts, and pfsync. */
final class CarpdPair implements Replicator {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(40);
    /** A node that comes up waits for its peer's bulk update, or for 30 s. */
    private static final Duration LINK_LIMIT = Duration.ofMinutes(2);

    private final Firewall sender;
    private final Firewall receiver;

    CarpdPair(Bed bed) {
        sender = bed.topology().firewallA(Topology.settingsA());
        receiver = bed.topology().firewallB(Topology.settingsB());
    }

    @Override
    public void startSender() {
        sender.start();
        sender.awaitState("master", ANSWER_LIMIT);
    }

    @Override
    public void launchReceiver() {
        receiver.start();
    }

    @Override
    public void awaitReceiver() {
        receiver.await("answering", status -> true, ANSWER_LIMIT);
    }

    @Override
    public void awaitLink() {
        sender.await("MASTER, in sync", Statuses.every("master").and(Statuses.pfsync("in-sync")), LINK_LIMIT);
        receiver.await("BACKUP, in sync", Statuses.every("backup").and(Statuses.pfsync("in-sync")), LINK_LIMIT);
    }

    @Override
    public boolean asksByItself() {
        return true;
    }

    @Override
    public void requestAll() {}

    @Override
    public List<Long> senderProcesses() {
        return List.of(sender.carpd().process().pid());
    }

    @Override
    public List<Long> receiverProcesses() {
        return List.of(receiver.carpd().process().pid());
    }

    @Override
    public Map<String, Long> losses() {
        JsonNode atSender = sender.stats();
        JsonNode atReceiver = receiver.stats();
        Map<String, Long> losses = new LinkedHashMap<>();
        losses.put("overruns", atSender.path("conntrack").path("overruns").asLong());
        losses.put("retransmits", atSender.path("pfsync").path("retransmits").asLong());
        losses.put("failed", atReceiver.path("conntrack").path("failed").asLong());
        return losses;
    }
}
