// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import picocli.CommandLine.Option;

/** {@code --help}, for every command of the lab. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    /** Whether help was asked for. */
    boolean asked() {
        return help;
    }
}
