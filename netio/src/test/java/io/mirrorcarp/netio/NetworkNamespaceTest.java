// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NetworkNamespaceTest {

    private static String current() throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }

    @Test
    void theThreadIsInsideUntilItIsClosedAndOtherThreadsAreNot() throws Exception {
        try (TestNetwork net = TestNetwork.create()) {
            String name = net.namespace("a");
            String before = current();
            NetworkNamespace inside = NetworkNamespace.enter(name);
            assertThat(current()).isNotEqualTo(before);
            String[] elsewhere = new String[1];
            Thread other = new Thread(() -> {
                try {
                    elsewhere[0] = NetworkNamespace.within(name, () -> "") + current();
                } catch (Exception e) {
                    elsewhere[0] = e.toString();
                }
            });
            other.start();
            other.join();
            inside.close();
            inside.close();
            assertThat(current()).isEqualTo(before);
            assertThat(elsewhere[0]).isNotEqualTo(before).startsWith("net:");
        }
    }

    @Test
    void anExceptionWithinLeavesTheNamespaceToo() throws Exception {
        try (TestNetwork net = TestNetwork.create()) {
            String name = net.namespace("a");
            String before = current();
            assertThatThrownBy(() -> NetworkNamespace.within(name, () -> {
                        throw new IllegalStateException("inside " + current());
                    }))
                    .hasMessageStartingWith("inside net:");
            assertThat(current()).isEqualTo(before);
        }
    }

    @Test
    void aMissingNamespaceIsAClearError() throws Exception {
        String before = current();
        assertThatThrownBy(() -> NetworkNamespace.enter("mc-none"))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("open /run/netns/mc-none: ENOENT (no such file or directory)");
        assertThat(current()).isEqualTo(before);
    }
}
