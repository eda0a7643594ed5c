// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Whatever stands in the file is a configuration or faults, each with its place. docs/architecture.md tells how to fuzz. */
@Tag("fuzz")
class ConfigurationFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void files(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.configuration().isEmpty()).isEqualTo(!result.faults().isEmpty());
        assertThat(result.faultLines()).allMatch(line -> line.matches("(?s)f:\\d+:\\d+: .+"));
    }
}
