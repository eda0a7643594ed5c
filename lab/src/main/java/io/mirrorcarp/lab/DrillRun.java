// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mirrorcarp.lab.drill.Claim;
import io.mirrorcarp.lab.drill.Drill;
import io.mirrorcarp.lab.drill.Stage;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code lab run SCENARIO}: one drill, and where that proves something the same without replication. */
final class DrillRun {
    private final Drill drill;
    private final boolean web;
    private final @Nullable Path pcap;
    private final boolean keep;
    private final Progress progress;
    private final List<Claim> claims = new ArrayList<>();

    /**
     * Nothing happens yet.
     *
     * @param pcap where to capture; null for nowhere
     * @param keep whether the lab stays
     */
    DrillRun(Drill drill, boolean web, @Nullable Path pcap, boolean keep, Progress progress) {
        this.drill = drill;
        this.web = web;
        this.pcap = pcap;
        this.keep = keep;
        this.progress = progress;
    }

    /** Plays it; whether all came true. */
    boolean run() {
        progress.text(drill.label() + ": " + drill.words() + "\n\n");
        try {
            play(true);
            if (drill.isControlled() && holds()) {
                progress.step(System.nanoTime(), "control run: the same with pfsync off");
                play(false);
            }
        } catch (LabException e) {
            claims.add(new Claim(e.reason(), false));
        }
        progress.text("\n");
        claims.stream()
                .filter(claim -> !claim.holds())
                .forEach(claim -> progress.text("  not so: " + claim.words() + "\n"));
        progress.text((holds() ? "PASS" : "FAIL") + " (" + drill.label() + ")\n");
        return holds();
    }

    private boolean holds() {
        return !claims.isEmpty() && claims.stream().allMatch(Claim::holds);
    }

    private void play(boolean pfsync) {
        boolean shown = web && pfsync;
        try (Lab lab = Lab.open()) {
            Stage stage = new Stage(
                    lab,
                    drill,
                    pfsync,
                    shown ? WebWindows.INSIDE : "",
                    words -> progress.step(System.nanoTime(), words));
            try (Captures captures = Captures.begin(stage.topology(), pfsync ? pcap : null);
                    WebWindows windows = shown ? WebWindows.open(stage.firewalls()) : null) {
                progress.text(captures.words());
                if (windows != null) {
                    progress.text("\nThe web pages, here:\n" + windows.words());
                    progress.awaitEnter("Press Enter to begin: the pages answer once the firewalls are started.");
                }
                drill.play(stage);
                if (windows != null) {
                    progress.awaitEnter("Look at Events, then press Enter: the lab goes.");
                }
            } finally {
                lab.sleepIfRemovedAtExit();
                claims.addAll(stage.claims());
                showLogs(stage);
            }
            if (keep && pfsync) {
                lab.keep();
                progress.text(KeptLab.words(lab));
            }
        }
    }

    private void showLogs(Stage stage) {
        if (!holds()) {
            for (Firewall firewall : stage.firewalls()) {
                progress.text(
                        "\nlog of " + firewall.name() + "\n" + firewall.carpd().log());
            }
        }
    }

    /** What was shown, for programs. */
    String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("scenario", drill.label()).put("pass", holds());
        ArrayNode all = json.putArray("claims");
        claims.forEach(claim -> all.addObject().put("words", claim.words()).put("holds", claim.holds()));
        return json.toPrettyString();
    }
}
