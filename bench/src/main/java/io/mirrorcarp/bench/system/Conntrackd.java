// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Debian's conntrackd as a process on a host of the lab, with everything it needs in the host's directory. */
public final class Conntrackd {
    /** It reads the kernel's whole table before it answers. */
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final LabHost host;
    private final Path configuration;
    private @Nullable LabProcess process;

    Conntrackd(LabHost host, ConntrackdSettings settings) {
        this.host = host;
        this.configuration = host.directory().resolve("conntrackd.conf");
        try {
            Files.writeString(configuration, settings.text(host.directory()));
        } catch (IOException e) {
            throw new LabException("cannot write " + configuration + ": " + e.getMessage(), e);
        }
    }

    /** Starts it; returns at once. */
    void launch() {
        process = host.spawn("conntrackd", "conntrackd", "-C", configuration.toString());
    }

    /** Waits until it answers. */
    void awaitAnswer() {
        Waiting.until("conntrackd on " + host.name() + " to answer", START_LIMIT, () -> {
            if (!process().isAlive()) {
                throw new LabException(
                        "conntrackd on " + host.name() + " ended: " + process().log());
            }
            return ask("-s").succeeded();
        });
    }

    /** Its process. */
    LabProcess process() {
        if (process == null) {
            throw new LabException("conntrackd was not started on " + host.name());
        }
        return process;
    }

    /** Runs conntrackd as a client of this one. */
    CommandResult ask(String... arguments) {
        List<String> line = new ArrayList<>(List.of("conntrackd", "-C", configuration.toString()));
        line.addAll(Arrays.asList(arguments));
        return host.run(line.toArray(String[]::new));
    }

    /** A number of {@code conntrackd -s TOPIC}: the one behind the first "LABEL:", or before the first " LABEL". */
    long number(String topic, String label) {
        return parseNumber(ask("-s", topic).orThrow().out(), label);
    }

    /** The number behind "LABEL:" or before " LABEL"; 0 where the text has neither. */
    static long parseNumber(String text, String label) {
        String quoted = Pattern.quote(label);
        Matcher matcher =
                Pattern.compile(quoted + ":\\s+(\\d+)|(\\d+) " + quoted).matcher(text);
        if (!matcher.find()) {
            return 0;
        }
        return Long.parseLong(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
}
