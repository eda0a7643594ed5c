// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SysctlTest {
    @Test
    void aNumberOfSeveralDigitsIsReadWhole() throws Exception {
        Process cat = new ProcessBuilder("cat", "/proc/sys/net/core/rmem_max").start();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        cat.getInputStream().transferTo(expected);
        String value = expected.toString(StandardCharsets.UTF_8).strip();
        assertThat(value).as("a machine on which this test tells something").hasSizeGreaterThan(1);
        assertThat(Sysctl.read("core/rmem_max")).hasValue(value);
    }

    @Test
    void aSettingThatIsNotThereIsEmpty() throws Exception {
        assertThat(Sysctl.read("core/no_such_setting")).isEmpty();
    }
}
