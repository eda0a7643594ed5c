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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for whatever is imported. */
class EverySampleTest {
    private static final int MUTATIONS = 200;

    /** What carpd does without being told: the defaults of the other tools that are its own. */
    private static final Pattern ANYWAY = Pattern.compile(String.join(
            "|",
            "advert_int 1|priority 100|auth_type (PASS|AH)|vrrp_mcast_group4 224.0.0.18",
            "IPv4_address 127.0.0.1.*|IPv6_address ::1",
            "up|cloned_interfaces.*|ucarp-(master no|advbase 1|neutral yes)|\\[\\w+]|set -e|vrid \\d+",
            ".*(authentication )?type ['\"]?plaintext-password['\"]?|.*advertise-interval '1'",
            "<(version|type|uniqid|carp_mode|pfsyncenabled|domain)>.*|<[\\w]+( [^>]*)?/>",
            "<(advbase>1|advskew>0|subnet_bits>32|disablepreempt>0|noexpand>0|nobind>0)<.*",
            "<(peer>224.0.0.18|peer6>ff02::12)<.*",
            "<(wan|lan|opt\\d)><if>.*"));

    /** Lines of a virtual host that is left out, which is told at its first line; and the second of two that say the same. */
    private static final Set<String> OF_WHAT_IS_TOLD = Set.of(
            "keepalived/odd.conf: interface wan0",
            "keepalived/odd.conf: 203.0.113.30/24",
            "keepalived/pair.conf: chk_dns",
            "pfsense/package.xml: <preempt>true</preempt>",
            "pfsense/package.xml: <premption>on</premption>",
            "pfsense/package.xml: <netmask>24</netmask>",
            "pfsense/package.xml: <password>s3cr-lost</password>",
            "interfaces/odd: via 10.9.0.254",
            "vyos/boot-14: interface \"eth1\"",
            "interfaces/nopass: ucarp-password s3cr-none",
            "rc.conf/vnet: ifconfig_vtnet0_alias1=\"inet vhid 1 198.51.100.1/32\"");

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

    /**
     * Without a line the result is another one: a table, a file or a word of what was left is missing. What makes no difference was dropped
     * silently, unless it says what carpd does anyway.
     */
    @ParameterizedTest
    @MethodSource("samples")
    void noLineIsDroppedSilently(String sample) {
        SourceFile file = new Disk().read(Samples.path(sample));
        String whole = result(file).orElseThrow();
        Set<Integer> told = told(file.name(), whole);
        List<String> lines = file.lines();
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> fewer = new ArrayList<>(lines);
            String line = fewer.set(i, "").strip();
            boolean says = !line.matches("[#!;].*|[{}\\s]*|<!--.*|/\\*.*|<\\?.*|</.*");
            boolean accounted = told.contains(i + 1)
                    || ANYWAY.matcher(line).matches()
                    || OF_WHAT_IS_TOLD.contains(sample + ": " + line);
            if (says && !accounted) {
                result(new SourceFile(file.name(), String.join("\n", fewer)))
                        .filter(whole::equals)
                        .ifPresent(same -> silent.add(line));
            }
        }
        assertThat(silent).as("lines of %s that nobody would miss", sample).isEmpty();
    }

    /** The lines that are told together, as {@code FILE:3: lines 3 to 7, 9: ...}. */
    private static Set<Integer> told(String file, String whole) {
        Set<Integer> told = new TreeSet<>();
        Matcher sentence = Pattern.compile(Pattern.quote(file) + ":\\d+: [^:]*?lines? ([^:]+):")
                .matcher(whole);
        while (sentence.find()) {
            for (String range : sentence.group(1).split(", ", -1)) {
                String[] ends = range.split(" to ", -1);
                int last = Integer.parseInt(ends[ends.length - 1]);
                for (int line = Integer.parseInt(ends[0]); line <= last; line++) {
                    told.add(line);
                }
            }
        }
        return told;
    }

    /** All that an import says and writes, but for new keys; empty when it is refused. */
    private static Optional<String> result(SourceFile file) {
        Draft draft = new Draft();
        try {
            Kind.of(file).orElseThrow().reader().read(file, new Reading(new Disk(), draft, "fw-a"));
        } catch (ImportFault | NoSuchElementException refused) {
            return Optional.empty();
        }
        Translation translation = Translation.of(draft, Map.of(), Samples.DIRECTORY, "carpd.toml", Samples.ROUTER);
        String files = translation.files().stream()
                .filter(made -> !made.path().equals("sync.key"))
                .map(made -> made.path() + new String(made.content().bytes(), StandardCharsets.UTF_8))
                .toList()
                .toString();
        return Optional.of(translation.configuration() + files + translation.leftovers());
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
