// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import io.mirrorcarp.lab.net.LabException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the programs are that the lab runs: {@code bin/carpd} and {@code bin/carpctl} of the checkout. */
public final class Checkout {
    private Checkout() {}

    /** The directory of the checkout: the property {@code mirrorcarp.home}, else found upwards from this class's jar. */
    public static Path home() {
        String property = System.getProperty("mirrorcarp.home");
        if (property != null) {
            return Path.of(property);
        }
        List<Path> tried = new ArrayList<>();
        for (Path path = codeLocation(); path != null; path = path.getParent()) {
            if (Files.isExecutable(path.resolve("bin/carpd"))) {
                return path;
            }
            tried.add(path);
        }
        throw new LabException("cannot find bin/carpd above " + tried + "; set -Dmirrorcarp.home");
    }

    private static @Nullable Path codeLocation() {
        CodeSource source = Checkout.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? null : Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
