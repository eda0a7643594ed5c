// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.reader.Reading;
import io.mirrorcarp.ctl.importer.result.Translation;
import io.mirrorcarp.ctl.importer.source.Disk;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for whatever is imported. */
class EverySampleTest {
    private static final int MUTATIONS = 200;

    static List<String> samples() {
        assertThat(Samples.all()).hasSizeGreaterThanOrEqualTo(20);
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isRecognisedByWhatIsInIt(String sample) {
        SourceFile file = new Disk().read(Samples.path(sample));
        SourceFile renamed = new SourceFile("a/file", file.text());
        assertThat(Kind.of(renamed)).hasToString("Optional[" + sample.replaceFirst("/.*", "") + "]");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void passesTheParserOnTheRouter(String sample) {
        Translation translation = Samples.translate(Samples.ROUTER, sample);
        assertThat(translation.faults()).isEmpty();
        assertThat(Samples.configuration(translation, Samples.ROUTER)).isNotNull();
    }

    /** Where no interface and no program of the file is there, as on an administrator's own machine. */
    @ParameterizedTest
    @MethodSource("samples")
    void passesTheParserElsewhereIfItHasAVirtualHost(String sample) {
        Translation translation = Samples.translate(Samples.ELSEWHERE, sample);
        if (!Samples.draft(sample).hosts().isEmpty()) {
            assertThat(translation.faults()).isEmpty();
            assertThat(Samples.configuration(translation, Samples.ELSEWHERE)).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void showsNoPassword(String sample) {
        Translation translation = Samples.translate(Samples.ROUTER, sample);
        assertThat(translation.configuration() + translation.leftovers()).doesNotContain(Samples.MARK);
        assertThat(translation.files())
                .filteredOn(file -> file.path().endsWith(".key"))
                .allMatch(file -> file.mode() == NewFile.SECRET);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void tellsTheLineOfWhatIsLeftOut(String sample) {
        Translation translation = Samples.translate(Samples.ROUTER, sample);
        assertThat(translation.leftovers()).allSatisfy(leftover -> {
            SourceFile file = new Disk().read(leftover.place().file());
            assertThat(leftover.place().line()).isBetween(1, file.lines().size());
            assertThat(leftover.why()).isNotBlank();
        });
    }

    /** Cut off, with bytes that are others, and with lines that are missing or twice: a sentence, or a configuration that passes. */
    @ParameterizedTest
    @MethodSource("samples")
    void brokenItIsASentenceOrPassesStill(String sample) {
        SourceFile file = new Disk().read(Samples.path(sample));
        Kind kind = Kind.of(file).orElseThrow();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            SourceFile broken = new SourceFile(file.name(), mutated(file.text(), new Random(seed)));
            Draft draft = new Draft();
            try {
                kind.reader().read(broken, new Reading(new Disk(), draft, "fw-a"));
            } catch (ImportFault fault) {
                assertThat(fault).hasMessageStartingWith(file.name());
                continue;
            }
            Translation translation = Translation.of(draft, Map.of(), Samples.DIRECTORY, "carpd.toml", Samples.ROUTER);
            // A state channel alone is a comment where its device is missing, and then there is nothing left to do.
            if (!draft.hosts().isEmpty()) {
                assertThat(translation.faults())
                        .as("seed %d of %s:\n%s", seed, sample, broken.text())
                        .isEmpty();
            }
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && mutated.length() > 2; i++) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(5)) {
                case 0 -> mutated.setLength(at);
                case 1 -> mutated.setCharAt(at, "{}\"'\\\n <>/=0\u00e4\u0007".charAt(random.nextInt(14)));
                case 2 -> mutated.deleteCharAt(at);
                case 3 ->
                    mutated.insert(at, mutated.substring(at, Math.min(mutated.length(), at + random.nextInt(40))));
                default -> {
                    int end = mutated.indexOf("\n", at);
                    mutated.delete(at, end < 0 ? mutated.length() : end);
                }
            }
        }
        return mutated.toString();
    }

    @Test
    void severalFilesMakeOneConfiguration() {
        Translation translation = Samples.translate(Samples.ROUTER, "keepalived/pair.conf", "conntrackd/udp.conf");
        assertThat(translation.faults()).isEmpty();
        assertThat(Samples.configuration(translation, Samples.ROUTER).pfsync()).isPresent();
        assertThat(Samples.configuration(translation, Samples.ROUTER).virtualHosts())
                .hasSize(2);
    }
}
