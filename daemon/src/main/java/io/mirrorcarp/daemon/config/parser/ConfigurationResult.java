// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.Configuration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the parser answers.
 *
 * @param file the name of the file, as the user gave it
 * @param configuration empty when there is a fault, or something to wait for
 * @param faults every fault of the file, in the order of its lines
 * @param awaited what must come before the configuration can be used; empty for whoever asks with {@link Absent#IS_A_FAULT}
 * @param warnings what works, but should not stay
 */
public record ConfigurationResult(
        String file,
        Optional<Configuration> configuration,
        List<Finding> faults,
        List<Finding> awaited,
        List<Finding> warnings) {
    /** {@code FILE:LINE:COLUMN: what, and what would be right}, one for each fault. */
    public List<String> faultLines() {
        return faults.stream().map(fault -> file + ":" + fault).toList();
    }

    /** {@code FILE:LINE:COLUMN: what is not there}, one for each thing to wait for. */
    public List<String> awaitedLines() {
        return awaited.stream().map(finding -> file + ":" + finding).toList();
    }

    /** Everything that keeps the configuration from being used now: the faults, then what is not there. */
    public List<String> obstacleLines() {
        return Stream.concat(faultLines().stream(), awaitedLines().stream()).toList();
    }

    /** {@code FILE:LINE:COLUMN: warning: what, and what would be right}, one for each warning. */
    public List<String> warningLines() {
        return warnings.stream()
                .map(warning -> file + ":" + warning.location() + ": warning: " + warning.message())
                .toList();
    }
}
