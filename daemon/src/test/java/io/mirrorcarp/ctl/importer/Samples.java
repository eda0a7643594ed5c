// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.result.PlannedSurroundings;
import io.mirrorcarp.ctl.importer.result.Translation;
import io.mirrorcarp.ctl.importer.source.Disk;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.config.parser.ConfigurationParser;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The sample files in the resources, and what an import makes of them. Every password in them begins with {@value #MARK}. */
final class Samples {
    static final String MARK = "s3cr";
    static final Path DIRECTORY = Path.of("/etc/carpd");
    static final FakeMachine ROUTER = new FakeMachine(
            Set.of(
                    "wan0",
                    "lan0",
                    "dmz0",
                    "sync0",
                    "eth0",
                    "eth1",
                    "eth2",
                    "em0",
                    "em1",
                    "em2",
                    "em3",
                    "em1.100",
                    "vtnet0",
                    "vtnet1",
                    "vtnet2",
                    "fxp0",
                    "fxp1",
                    "sis0",
                    "sis2",
                    "eth1.100",
                    "eth1.20"),
            Set.of());
    static final FakeMachine ELSEWHERE = new FakeMachine(Set.of("lo"), Set.of());

    private static final Path ROOT = Path.of("src", "test", "resources", "import");

    private Samples() {}

    /** Those that are imported by themselves. */
    static List<String> all() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> ROOT.relativize(file).toString())
                    .filter(name -> !name.matches("bad/.*|.*/password|sysctl.conf/.*|.*\\.d/.*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String path(String name) {
        return ROOT.resolve(name).toString();
    }

    static Draft draft(String... names) {
        List<String> files = Arrays.stream(names).map(Samples::path).toList();
        return Importer.read(new Disk(), files, Optional.empty(), "fw-a", false);
    }

    static Translation translate(FakeMachine machine, String... names) {
        return Translation.of(draft(names), Map.of(), DIRECTORY, "carpd.toml", machine);
    }

    /** What carpd's parser makes of a translation once its files are written. */
    static Configuration configuration(Translation translation, FakeMachine machine) {
        ConfigurationResult result = ConfigurationParser.parse(
                "carpd.toml",
                translation.configuration(),
                new PlannedSurroundings(machine, DIRECTORY, translation.files()));
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow();
    }

    /** The samples imported on a router that has all their interfaces. */
    static Configuration configuration(String... names) {
        return configuration(translate(ROUTER, names), ROUTER);
    }

    static VirtualHostConfiguration host(Configuration configuration, String name) {
        return configuration.virtualHosts().stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no [carp." + name + "] in " + configuration.virtualHosts()));
    }

    static List<String> addresses(VirtualHostConfiguration host) {
        return host.addresses().stream().map(Object::toString).toList();
    }

    static String pass(VirtualHostConfiguration host) {
        return new String(host.passphrase().secret().bytes(), StandardCharsets.UTF_8);
    }

    static String file(Translation translation, String path) {
        return translation.files().stream()
                .filter(file -> file.path().equals(path))
                .map(NewFile::content)
                .map(content -> new String(content.bytes(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + path + " in " + translation.files()));
    }
}
