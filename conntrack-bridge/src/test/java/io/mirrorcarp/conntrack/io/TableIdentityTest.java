// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What names a table, in real namespaces. */
class TableIdentityTest {
    private static final Path NAMESPACE = Path.of("/proc/thread-self/ns/net");
    private static final int TRIES = 200;

    private record Named(String inode, long identity, long nameOfNamespace) {}

    /** A table of a new namespace, whose daemon stood its witness in it and is gone. */
    private static Named inNewNamespace(String name) throws Exception {
        try (Namespaces namespaces = new Namespaces()) {
            return Namespaces.in(namespaces.add(name), TableIdentityTest::read);
        }
    }

    private static Named read() throws IOException {
        try (TableParts parts = new TableParts()) {
            parts.witness.stand(System.nanoTime());
            return new Named(
                    Files.readSymbolicLink(NAMESPACE).toString(),
                    TableIdentity.read(parts.witness.name()),
                    TableIdentity.read(0));
        } catch (io.mirrorcarp.netio.ErrnoException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aTableIsTheSameForEachDaemonInItsNamespace() throws Exception {
        try (Namespaces namespaces = new Namespaces()) {
            String name = namespaces.add("one");
            assertThat(Namespaces.in(name, TableIdentityTest::read))
                    .isEqualTo(Namespaces.in(name, TableIdentityTest::read));
        }
    }

    /** A container that is made anew: the kernel gives the number of its namespace to the next one. */
    @Test
    void aNamespaceWithTheInodeOfOneThatIsGoneHasAnotherTable() throws Exception {
        Map<String, Named> gone = new HashMap<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        for (int i = 0; i < TRIES && System.nanoTime() < end; i++) {
            Named made = inNewNamespace("made");
            Named before = gone.put(made.inode(), made);
            if (before != null) {
                assertThat(made.nameOfNamespace())
                        .as("the control: without the name of the witness")
                        .isEqualTo(before.nameOfNamespace());
                assertThat(made.identity()).isNotEqualTo(before.identity());
                return;
            }
        }
        Assumptions.abort(
                "no namespace got the inode of one that is gone: this kernel does not give them again so soon");
    }
}
