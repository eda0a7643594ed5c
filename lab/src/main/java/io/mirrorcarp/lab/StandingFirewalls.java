// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.StandingLab;
import io.mirrorcarp.proto.control.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The firewalls of a lab that another process built. */
record StandingFirewalls(StandingLab lab, List<String> names) {
    private static final List<String> SEGMENTS = List.of("wan", "lan", "sync");
    private static final String SYNC = "sync";
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration MAINTENANCE_LIMIT = Duration.ofSeconds(10);
    private static final long POLL_NANOS = 20_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    static StandingFirewalls of(StandingLab lab) {
        return new StandingFirewalls(
                lab, lab.hosts().stream().filter(host -> host.startsWith("fw-")).toList());
    }

    /** Empty where no daemon answers. */
    Optional<JsonNode> status(String host) {
        try {
            return Optional.of(JSON.readTree(ControlSocket.call(socket(host), ControlSocket.STATUS, ANSWER_LIMIT)
                    .out()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void await(String host, String wanted, Predicate<JsonNode> condition, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (status(host).filter(condition).isEmpty()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw new LabException(host + " is not " + wanted + " within " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Those of one. Between two the sync link is one cable, so the other end loses the carrier too. */
    void setCables(String host, boolean plugged) {
        SEGMENTS.forEach(segment -> lab.setCable(segment, host, plugged));
        if (names.size() == 2) {
            names.forEach(each -> lab.setCable(SYNC, each, plugged));
        }
    }

    /** Whether the switches of LAN and WAN keep the firewalls from one another; both still pass what comes from and for others. */
    void setApart(boolean apart) {
        for (String host : names) {
            lab.isolate("lan", host, apart);
            lab.isolate("wan", host, apart);
        }
    }

    void startCarpd(String host) {
        if (status(host).isPresent()) {
            throw new LabException("carpd runs on " + host);
        }
        try {
            lab.spawn(
                    host,
                    "carpd",
                    Checkout.home().resolve("bin/carpd").toString(),
                    "--config",
                    lab.files(host).resolve("carpd.toml").toString());
        } catch (IOException e) {
            throw new LabException("cannot start carpd on " + host + ": " + e.getMessage(), e);
        }
    }

    void maintain(String host, Request.Maintenance.Builder maintenance) {
        try {
            ControlSocket.call(
                            socket(host),
                            Request.newBuilder().setMaintenance(maintenance).build(),
                            MAINTENANCE_LIMIT)
                    .orThrow();
        } catch (IOException e) {
            throw new LabException("no carpd answers on " + host, e);
        }
    }

    private Path socket(String host) {
        return lab.files(host).resolve("admin.sock");
    }
}
