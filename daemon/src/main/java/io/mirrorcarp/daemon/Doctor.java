// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.io.TableAlarm;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.control.LinkFault;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import io.mirrorcarp.daemon.doctor.DoctorReport;
import io.mirrorcarp.daemon.doctor.HostExamination;
import io.mirrorcarp.daemon.doctor.HostFactsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks for what is wrong: with the host against the configuration, and with the node as its status shows it. */
final class Doctor {
    private final Supplier<Configuration> configuration;

    Doctor(Supplier<Configuration> configuration) {
        this.configuration = configuration;
    }

    /** Reads the host now; may take tens of milliseconds. */
    DoctorReport report(Status status, boolean peers) {
        List<Diagnosis> findings =
                new ArrayList<>(HostExamination.findings(configuration.get(), HostFactsReader.read()));
        virtualHosts(status, findings);
        stateChannel(status.pfsync(), findings);
        for (Status.PfsyncPeer peer : status.pfsync().peers()) {
            peer.notReadyBecause().forEach(finding -> between(peer.node(), finding, peers, findings));
        }
        table(status.conntrack(), findings);
        if (status.maintenance()) {
            findings.add(Diagnosis.warning(
                    "maintenance",
                    "this node is in maintenance: it takes no address that another node can answer for",
                    "carpctl maintenance off, when the work is done"));
        }
        return new DoctorReport(findings);
    }

    private static void virtualHosts(Status status, List<Diagnosis> findings) {
        for (Status.VirtualHost host : status.vhids()) {
            if (host.state() == Status.CarpState.INIT) {
                findings.add(Diagnosis.error(
                        "vhid-init",
                        host.name() + " takes no part in the election: " + host.reason(),
                        "mend that, or carpctl vhid " + host.name() + " up where it was taken down by hand"));
            }
        }
        for (Status.DemotionSource source : status.demotionSources()) {
            if (!source.source().startsWith("pfsync") && !source.source().equals("maintenance")) {
                findings.add(Diagnosis.warning(
                        "demoted",
                        "this node is demoted by " + source.value() + ": " + source.reason(),
                        "carpctl status tells what ends it"));
            }
        }
    }

    private static void stateChannel(Status.Pfsync pfsync, List<Diagnosis> findings) {
        if (pfsync.state() == Status.PfsyncState.OFF) {
            findings.add(Diagnosis.warning(
                    "pfsync-off",
                    "no state is replicated: connections do not survive a failover",
                    "add [pfsync] to the configuration of both nodes; carpd.toml(5)"));
        }
        for (LinkFault fault : pfsync.faults()) {
            findings.add(
                    fault.blocking()
                            ? Diagnosis.error(fault.code(), fault.text(), fault.todo())
                            : Diagnosis.warning(fault.code(), fault.text(), fault.todo()));
        }
        if (pfsync.degraded() != null) {
            findings.add(Diagnosis.error(
                    "degraded",
                    "this node does not hold every connection: " + pfsync.degraded(),
                    "carpctl pfsync bulk asks the peer again"));
        }
    }

    /** What differs between the nodes is told in any case. */
    private static void between(String peer, String finding, boolean peers, List<Diagnosis> findings) {
        String code = PeerFindings.code(finding);
        if (!code.equals(PeerFindings.PEER_ITSELF)) {
            findings.add(Diagnosis.error(
                    code, peer + ": " + finding, "compare the configuration of both nodes: carpctl config show"));
        } else if (peers) {
            findings.add(Diagnosis.error(code, peer + ": " + finding, "carpctl doctor on " + peer + " tells more"));
        }
    }

    private static void table(Status.Conntrack table, List<Diagnosis> findings) {
        long percent = table.limit() == 0 ? 0 : 100 * table.entries() / table.limit();
        if (percent >= TableAlarm.FULL_PERCENT) {
            findings.add(Diagnosis.error(
                    "table-full",
                    "the conntrack table is " + percent + " % full",
                    "raise net.netfilter.nf_conntrack_max on both nodes"));
        }
    }
}
