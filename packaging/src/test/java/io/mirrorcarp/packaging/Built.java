// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import io.mirrorcarp.lab.firewall.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The package that this build made. */
final class Built {
    private Built() {}

    /** {@code target/carpd_VERSION_all.deb}, the newest. */
    static Path deb() {
        try (Stream<Path> files = Files.list(Checkout.home().resolve("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("carpd_.*_all\\.deb"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow(() -> new AssertionError("no package: run mvn -Ppackage package"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
