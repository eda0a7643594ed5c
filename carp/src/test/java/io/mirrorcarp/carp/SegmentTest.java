// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test on a segment of its own: two firewalls and a client in network namespaces. */
abstract class SegmentTest {
    @TempDir
    Path directory;

    TestSegment segment;

    @BeforeEach
    void topology() {
        segment = new TestSegment(directory);
    }

    @AfterEach
    void remove() throws Exception {
        if (segment != null) {
            segment.remove();
        }
    }
}
