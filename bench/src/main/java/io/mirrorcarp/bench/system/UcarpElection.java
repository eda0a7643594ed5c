// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Debian's ucarp, one process for each virtual address, at its shortest interval of a second. They do not know of each other. */
final class UcarpElection extends PackagedElection {
    private static final String SKEW_A = "0";
    private static final String SKEW_B = "100";
    private static final String PASSPHRASE = "bench";

    UcarpElection(Bed bed) {
        super(bed);
    }

    @Override
    public void launchPreferred() {
        launch(preferred, "lan0", "10.0.0.2", "2", Topology.VIRTUAL_LAN, SKEW_A);
        launch(preferred, "wan0", "203.0.113.2", "1", Topology.VIRTUAL_WAN, SKEW_A);
    }

    @Override
    public void launchOther() {
        launch(other, "lan0", "10.0.0.3", "2", Topology.VIRTUAL_LAN, SKEW_B);
        launch(other, "wan0", "203.0.113.3", "1", Topology.VIRTUAL_WAN, SKEW_B);
    }

    private static void launch(LabHost host, String device, String source, String vhid, String address, String skew) {
        host.spawn(
                "ucarp-" + device,
                "ucarp",
                "--interface=" + device,
                "--srcip=" + source,
                "--vhid=" + vhid,
                "--pass=" + PASSPHRASE,
                "--addr=" + address,
                "--advbase=1",
                "--advskew=" + skew,
                "--preempt",
                "--shutdown",
                "--upscript=" + script(host, "add", device, address),
                "--downscript=" + script(host, "delete", device, address));
    }

    private static Path script(LabHost host, String verb, String device, String address) {
        Path file = host.directory().resolve("ucarp-" + verb + "-" + device);
        try {
            Files.writeString(
                    file,
                    "#!/bin/sh\nexec ip address " + verb + " " + address + "/24 dev " + device + " 2>/dev/null\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<Long> preferredProcesses() {
        return living(preferred);
    }

    @Override
    public List<Long> otherProcesses() {
        return living(other);
    }

    private static List<Long> living(LabHost host) {
        return host.processes().stream()
                .filter(LabProcess::isAlive)
                .map(LabProcess::pid)
                .toList();
    }
}
