// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import io.mirrorcarp.daemon.doctor.DoctorReport;
import io.mirrorcarp.daemon.doctor.HostExamination;
import io.mirrorcarp.daemon.doctor.HostFactsReader;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.proto.control.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "doctor",
        description = "What is wrong with this node, its host and its peers, and what to do about it."
                + " Exit status 1 when there is something. Without a daemon it looks at the host and the file.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Option(names = "--peer", description = "What the peers say of themselves, too.")
    private boolean peer;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = ConfigurationFile.DEFAULT_PATH,
            description = "The configuration to look at where no daemon runs; default ${DEFAULT-VALUE}.")
    private String file;

    @Override
    public Integer call() {
        if (!carpctl.hasDaemon()) {
            DoctorReport report = withoutDaemon();
            carpctl.out().print(json ? report.json() : report.text());
            return ExitStatus.FAILED;
        }
        return carpctl.ask(Request.newBuilder()
                .setDoctor(Request.Doctor.newBuilder().setJson(json).setPeer(peer)));
    }

    private DoctorReport withoutDaemon() {
        List<Diagnosis> findings = new ArrayList<>();
        findings.add(Diagnosis.error(
                "no-daemon",
                "no carpd answers on " + carpctl.socket(),
                "start it: systemctl start carpd; or name its socket: carpctl --socket PATH doctor"));
        if (!Files.exists(Path.of(file))) {
            findings.add(Diagnosis.error(
                    "configuration",
                    "there is no configuration: " + file,
                    "carpctl init makes one; where it is elsewhere: carpctl doctor --config FILE"));
            return new DoctorReport(findings);
        }
        ConfigurationResult result = ConfigurationFile.load(file);
        for (String line : result.faultLines()) {
            findings.add(Diagnosis.error("configuration", line, "correct the file; carpctl config check " + file));
        }
        for (String line : result.warningLines()) {
            findings.add(Diagnosis.warning("configuration", line, "correct the file; carpctl config check " + file));
        }
        result.configuration()
                .ifPresent(configuration ->
                        findings.addAll(HostExamination.findings(configuration, HostFactsReader.read())));
        return new DoctorReport(findings);
    }
}
