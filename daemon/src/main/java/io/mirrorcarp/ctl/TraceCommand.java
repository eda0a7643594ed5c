// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.ctl.trace.CarpText;
import io.mirrorcarp.ctl.trace.FrameCapture;
import io.mirrorcarp.ctl.trace.FrameText;
import io.mirrorcarp.ctl.trace.PcapngFile;
import io.mirrorcarp.ctl.trace.PfsyncText;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.FileProblem;
import io.mirrorcarp.pfsync.auth.Keyring;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "trace",
        description = {
            "Prints the frames of a protocol, both ways, until Ctrl-C; needs root. The state channel is opened with the keys of the configuration."
        },
        footer = {"", "Examples:", "  carpctl trace carp", "  carpctl trace pfsync -c 20 -w sync.pcapng"})
final class TraceCommand implements Callable<Integer> {
    /** What there is to see. */
    enum Protocol {
        carp,
        pfsync
    }

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS").withZone(ZoneId.systemDefault());

    @ParentCommand
    private Carpctl carpctl;

    @Parameters(index = "0", paramLabel = "carp|pfsync", description = "The protocol.")
    private Protocol protocol;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "Write the frames into FILE as well, in the format pcapng, each with its line as a comment.")
    private @Nullable Path file;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            description = "End after N frames.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "DEVICE",
            description = "On these devices; otherwise on those that the daemon uses, or the configuration names.")
    private List<String> given = new ArrayList<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = ConfigurationFile.DEFAULT_PATH,
            description = "Where the keys of the state channel are named. Default ${DEFAULT-VALUE}.")
    private String config;

    @Override
    public Integer call() {
        if (count < 1) {
            carpctl.err().println("carpctl: -c must be at least 1");
            return ExitStatus.USAGE;
        }
        Optional<Configuration> configuration =
                ConfigurationFile.loadToRun(config).configuration();
        List<String> devices = given.isEmpty() ? devices(configuration) : given;
        if (devices.isEmpty()) {
            carpctl.err()
                    .println("carpctl: no carpd answers, and " + config
                            + " names no device: name one with -i, or the file with --config");
            return ExitStatus.FAILED;
        }
        try {
            run(devices, text(configuration));
            return ExitStatus.OK;
        } catch (IOException e) {
            carpctl.err().println("carpctl: trace: " + FileProblem.of(e) + (isForbidden(e) ? "; run it as root" : ""));
            return ExitStatus.FAILED;
        }
    }

    private static boolean isForbidden(IOException e) {
        return String.valueOf(e.getMessage()).contains("EPERM");
    }

    private FrameText text(Optional<Configuration> configuration) {
        if (protocol == Protocol.carp) {
            return new CarpText();
        }
        Optional<Keyring> keys = configuration.flatMap(Configuration::pfsync).map(TraceCommand::keyring);
        if (keys.isEmpty()) {
            carpctl.err().println("no keys in " + config + ": only the headers are shown; --config names another file");
        }
        return new PfsyncText(keys);
    }

    private static Keyring keyring(PfsyncConfiguration pfsync) {
        Map<Integer, byte[]> secrets = new HashMap<>();
        pfsync.keys().forEach((id, key) -> secrets.put(id, key.secret().bytes()));
        return new Keyring(secrets, pfsync.activeKey());
    }

    /** Those of the daemon that runs, or else those of the file. */
    private List<String> devices(Optional<Configuration> configuration) {
        Set<String> devices = new LinkedHashSet<>();
        JsonNode status = status();
        if (status != null && protocol == Protocol.carp) {
            status.path("vhids")
                    .forEach(host -> devices.add(host.path("carpdev").asText()));
        } else if (status != null) {
            status.path("pfsync")
                    .path("paths")
                    .forEach(path -> devices.add(path.path("device").asText()));
        }
        if (devices.isEmpty() && protocol == Protocol.carp) {
            configuration.ifPresent(file -> file.virtualHosts().forEach(host -> devices.add(host.carpdev())));
        } else if (devices.isEmpty()) {
            configuration.flatMap(Configuration::pfsync).ifPresent(pfsync -> devices.addAll(pfsync.syncdevs()));
        }
        return List.copyOf(devices);
    }

    private @Nullable JsonNode status() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        PrintStream unheard = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        int status = carpctl.ask(
                StatusCommand.request(true), new PrintStream(answer, true, StandardCharsets.UTF_8), unheard);
        return status == ExitStatus.OK
                ? TopCommand.parsed(new ObjectMapper(), answer.toString(StandardCharsets.UTF_8))
                : null;
    }

    private void run(List<String> devices, FrameText text) throws IOException {
        int number = protocol == Protocol.carp ? CarpText.PROTOCOL : PfsyncText.PROTOCOL;
        try (FrameCapture capture = new FrameCapture(devices, number);
                PcapngFile pcapng = file == null ? null : new PcapngFile(file)) {
            long[] seen = {0};
            capture.run((device, micros, frame) -> {
                String line = text.of(frame);
                print(device, micros, line);
                if (pcapng != null) {
                    pcapng.add(device, micros, frame, line);
                }
                seen[0]++;
                return seen[0] < count && !carpctl.out().checkError();
            });
        }
    }

    private void print(String device, long micros, String line) {
        Instant instant = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
        carpctl.out().println(CLOCK.format(instant) + " " + device + " " + line);
        carpctl.out().flush();
    }
}
