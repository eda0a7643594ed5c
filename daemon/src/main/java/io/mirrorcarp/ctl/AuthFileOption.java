// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code --file} of the commands that change {@code web.auth}. */
final class AuthFileOption {
    private static final String DEFAULT_FILE = "/etc/carpd/web.auth";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = DEFAULT_FILE,
            description = "admin.authFile of the configuration (default: ${DEFAULT-VALUE}).")
    private String file = DEFAULT_FILE;

    /** The people of the file. */
    WebPeople people(WebCommand web) {
        return new WebPeople(web.carpctl(), file);
    }
}
