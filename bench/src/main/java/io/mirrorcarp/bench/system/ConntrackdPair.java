// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Waiting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A conntrackd on each firewall. */
final class ConntrackdPair implements Replicator {
    private static final String ADDRESS_A = "192.0.2.1";
    private static final String ADDRESS_B = "192.0.2.2";
    private static final Duration LINK_LIMIT = Duration.ofSeconds(20);

    private final Conntrackd sender;
    private final Conntrackd receiver;

    ConntrackdPair(Bed bed, ConntrackdMode mode) {
        sender = new Conntrackd(bed.sender(), new ConntrackdSettings(mode, ADDRESS_A, ADDRESS_B));
        receiver = new Conntrackd(bed.receiver(), new ConntrackdSettings(mode, ADDRESS_B, ADDRESS_A));
    }

    @Override
    public void startSender() {
        sender.launch();
        sender.awaitAnswer();
    }

    @Override
    public void launchReceiver() {
        receiver.launch();
    }

    @Override
    public void awaitReceiver() {
        receiver.awaitAnswer();
    }

    /** It says once a second that it lives. */
    @Override
    public void awaitLink() {
        for (Conntrackd end : List.of(sender, receiver)) {
            Waiting.until(
                    "the conntrackds to hear each other", LINK_LIMIT, () -> end.number("network", "Pckts recv") > 1);
        }
    }

    @Override
    public boolean asksByItself() {
        return false;
    }

    @Override
    public void requestAll() {
        receiver.ask("-n").orThrow();
    }

    @Override
    public List<Long> senderProcesses() {
        return List.of(sender.process().pid());
    }

    @Override
    public List<Long> receiverProcesses() {
        return List.of(receiver.process().pid());
    }

    @Override
    public Map<String, Long> losses() {
        Map<String, Long> losses = new LinkedHashMap<>();
        losses.put("netlink overrun", sender.number("runtime", "netlink overrun"));
        losses.put("packets lost", receiver.number("network", "Packets lost"));
        losses.put("create failed", failedCreations());
        return losses;
    }

    /** The first line of "external inject" counts creations, those that failed at its end. */
    private long failedCreations() {
        String text = receiver.ask("-s", "cache").orThrow().out();
        int inject = text.indexOf("external inject");
        return inject < 0 ? 0 : Conntrackd.parseNumber(text.substring(inject), "failed");
    }
}
