// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Guards tests that make network namespaces. */
public final class Root {
    private Root() {}

    /** Skips the test, with the reason, unless it runs as root. */
    public static void required() {
        assumeTrue(Prerequisites.root(), "needs root: makes network namespaces");
    }
}
