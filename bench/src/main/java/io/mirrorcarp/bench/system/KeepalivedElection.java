// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's keepalived on each firewall, with files of its own in the host's directory. */
final class KeepalivedElection extends PackagedElection {
    private static final int PRIORITY_A = 254;
    private static final int PRIORITY_B = 253;

    KeepalivedElection(Bed bed, double intervalSeconds, boolean virtualMac) {
        super(bed);
        write(preferred, new KeepalivedSettings("fw-a", PRIORITY_A, intervalSeconds, virtualMac));
        write(other, new KeepalivedSettings("fw-b", PRIORITY_B, intervalSeconds, virtualMac));
    }

    private static void write(LabHost host, KeepalivedSettings settings) {
        Path file = host.directory().resolve("keepalived.conf");
        try {
            Files.writeString(file, settings.text());
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void launch(LabHost host) {
        Path directory = host.directory();
        host.spawn(
                "keepalived",
                "keepalived",
                "--dont-fork",
                "--log-console",
                "--vrrp",
                "--use-file=" + directory.resolve("keepalived.conf"),
                "--pid=" + directory.resolve("keepalived.pid"),
                "--vrrp_pid=" + directory.resolve("vrrp.pid"));
    }

    @Override
    public void launchPreferred() {
        launch(preferred);
    }

    @Override
    public void launchOther() {
        launch(other);
    }

    @Override
    public List<Long> preferredProcesses() {
        return processes(preferred);
    }

    @Override
    public List<Long> otherProcesses() {
        return processes(other);
    }

    /** The parent and its child that speaks VRRP. */
    private static List<Long> processes(LabHost host) {
        List<Long> pids = new ArrayList<>();
        host.namespace().processes().stream()
                .filter(process -> process.info().command().orElse("").endsWith("keepalived"))
                .forEach(process -> pids.add(process.pid()));
        return pids;
    }
}
