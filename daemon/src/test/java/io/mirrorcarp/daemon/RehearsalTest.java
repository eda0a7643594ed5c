// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.lab.firewall.LabKeys;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    /** A fault in it would only make every start slower, and nobody would know why. */
    @Test
    void itsConfigurationHasNoFault(@TempDir Path directory) throws IOException {
        LabKeys.random().write(directory);
        ConfigurationResult read = Rehearsal.configure(directory, "fw-a", 5);
        assertThat(read.faultLines()).isEmpty();
        assertThat(read.configuration()).isPresent();
    }
}
