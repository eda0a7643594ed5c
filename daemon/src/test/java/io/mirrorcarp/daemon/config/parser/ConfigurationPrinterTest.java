// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random files: what is printed parses to an equal configuration, and prints the same again. */
class ConfigurationPrinterTest {
    private static final int FILES = 500;

    @Test
    void thePrintedConfigurationParsesToAnEqualOne() {
        long first = Long.getLong("seed", new SplittableRandom().nextLong());
        for (long seed = first; seed < first + FILES; seed++) {
            String file = new RandomFile(new SplittableRandom(seed)).text();
            Configuration parsed = parse(file, seed);
            String printed = ConfigurationPrinter.print(parsed);
            assertThat(parse(printed, seed)).as("-Dseed=%d%n%s", seed, file).isEqualTo(parsed);
            assertThat(ConfigurationPrinter.print(parse(printed, seed))).isEqualTo(printed);
        }
    }

    private static Configuration parse(String text, long seed) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).as("-Dseed=%d%n%s", seed, text).isEmpty();
        return result.configuration().orElseThrow();
    }

    @Test
    void anythingThatIsNotTomlGivesFaultsAndNoException() {
        long seed = Long.getLong("seed", new SplittableRandom().nextLong());
        RandomGenerator random = new SplittableRandom(seed);
        String whole = new RandomFile(random).text();
        for (int i = 0; i < FILES; i++) {
            StringBuilder broken = new StringBuilder(whole);
            for (int j = random.nextInt(1, 4); j > 0; j--) {
                int at = random.nextInt(broken.length());
                broken.setCharAt(at, "[]{}=\"'#.,\n0a\\\u00e9".charAt(random.nextInt(15)));
            }
            ConfigurationResult result = ConfigurationParser.parse("f", broken.toString(), new FakeSurroundings());
            assertThat(result.configuration().isEmpty())
                    .as("-Dseed=%d", seed)
                    .isEqualTo(!result.faults().isEmpty());
        }
    }

    /** A valid file that gives each key half of the time. */
    private static final class RandomFile {
        private final RandomGenerator random;
        private final StringBuilder text = new StringBuilder();

        RandomFile(RandomGenerator random) {
            this.random = random;
        }

        String text() {
            maybe("[node]\nname = \"", pick("fw-a", "b.example.org", "c_1"), "\"\n");
            text.append("[global]\n");
            maybe("preempt = ", random.nextBoolean(), "\n");
            maybe("allow = ", random.nextBoolean(), "\n");
            maybe("log = ", random.nextInt(3), "\n");
            maybe("advbase = ", 1 + random.nextInt(255), "\n");
            maybe("downTimer = \"", pick("freebsd", "openbsd"), "\"\n");
            maybe("demotion = { bulk = ", random.nextInt(256), " }\n");
            List<Integer> vhids = new ArrayList<>();
            for (int vhid = 1; vhid <= 255; vhid++) {
                vhids.add(vhid);
            }
            Collections.shuffle(vhids, new java.util.Random(random.nextLong()));
            int hosts = random.nextInt(5);
            for (int i = 0; i < hosts; i++) {
                virtualHost(i, vhids.get(i));
            }
            if (hosts == 0 || random.nextBoolean()) {
                pfsync();
            }
            tracks();
            maybe("[hooks]\ntimeout = \"", duration(1, 300), "\"\n");
            maybe("[admin]\nsocket = \"", pick("/run/a b.sock", "/run/\\\"q\\\".sock", "/tmp/\\u0001\\\\"), "\"\n");
            return text.toString();
        }

        private void virtualHost(int number, int vhid) {
            String name = random.nextBoolean() ? "h" + number : "\"x.h" + number + "\"";
            text.append("[carp.").append(name).append("]\n");
            text.append("vhid = ").append(vhid).append('\n');
            text.append("carpdev = \"").append(pick("wan0", "lan0")).append("\"\n");
            maybe("advbase = ", 1 + random.nextInt(255), "\n");
            maybe("advskew = ", random.nextInt(255), "\n");
            maybe("downTimer = \"", pick("freebsd", "openbsd"), "\"\n");
            maybe("passFile = \"", pick("carp.key", "/etc/carpd/long.key"), "\"\n");
            text.append("address = [\"10.")
                    .append(number)
                    .append(".0.1/")
                    .append(8 + random.nextInt(25))
                    .append("\"");
            maybe(", \"10." + number + ".0.", 2 + random.nextInt(250), "/32\"");
            text.append("]\n");
        }

        private void pfsync() {
            text.append("[pfsync]\nsyncdev = ")
                    .append(pick("\"sync0\"", "[\"sync0\", \"lan0\"]"))
                    .append("\n");
            boolean two = random.nextBoolean();
            text.append(two ? "keys = { 1 = \"sync.key\", 2 = \"sync2.key\" }\n" : "keys = { 1 = \"sync.key\" }\n");
            text.append(two ? "activeKey = " + (1 + random.nextInt(2)) + "\n" : "");
            maybe("syncpeer = [\"192.0.2.", 2 + random.nextInt(200), "\"]\ntransport = \"udp\"\n");
            maybe("maxupd = ", random.nextInt(256), "\n");
            maybe("bulkTimeout = \"", duration(1, 3600), "\"\n");
            text.append("[pfsync.filter]\n");
            maybe("protocols = [\"", pick("tcp", "udp\", \"gre", "6in4\", \"ipip\", \"esp\", \"99"), "\"]\n");
            maybe("ignoreAddress = [\"", pick("10.0.0.0/8", "fe80::/10\", \"0.0.0.0/0"), "\"]\n");
            maybe("address = [\"", pick("10.0.0.0/8", "fd00::/8"), "\"]\n");
            maybe("zone = [", pick("0, 7", "65535"), "]\n");
            maybe("ignoreMark = [", pick("16", "\"0x10/0xff\", \"0xffffffff\""), "]\n");
            maybe("state = [\"", pick("established", "TIME_WAIT\", \"close"), "\"]\n");
            maybe("minAge = \"", pick("1500ms", "2s"), "\"\n");
            maybe("[pfsync.filter.import]\nprotocols = [", pick("\"tcp\"", "50, \"udp\""), "]\nminAge = \"3s\"\n");
        }

        private void tracks() {
            maybe("[[track.interface]]\nname = \"uplink0\"\ndemote = ", 1 + random.nextInt(255), "\n");
            maybe("[[track.script]]\nname = \"a \\\"b\\\".sh\"\ncommand = \"/x\"\ndemote = ", 7, "\n");
            maybe("[route.\"a b\"]\naddress = \"198.51.100.", random.nextInt(1, 255), "/32\"\n");
            maybe("[route.c]\nwhen = \"master\"\ndrain = \"5s\"\naddress = \"2001:db8::", 7, "/128\"\n");
            int number = 0;
            for (String kind : List.of(
                    "interface\"\ntarget = \"eth0\"\nupDelay = \"3s",
                    "ping\"\ntarget = \"2001:db8::1\"\nholdDown = \"1m",
                    "tcp\"\ntarget = \"[2001:db8::1]:443",
                    "http\"\ntarget = \"https://example.net/a?b=c\"\nstatus = 204\nbody = \"o\\\"k",
                    "dns\"\ntarget = \"192.0.2.53\"\nquery = \"example.net",
                    "process\"\ntarget = \"named\"\ntimeout = \"20ms",
                    "gateway",
                    "file\"\ntarget = \"/run/x\"\nexpect = \"absent")) {
                maybe("[check.\"" + pick("c", "c.d ", "c-") + number++ + "\"]\ndemote = 9\nkind = \"", kind, "\"\n");
            }
        }

        private String duration(int minimumSeconds, int maximumSeconds) {
            int seconds = minimumSeconds + random.nextInt(maximumSeconds - minimumSeconds);
            return random.nextBoolean() ? seconds + "s" : seconds + "." + random.nextInt(10, 1000) + "s";
        }

        private String pick(String... choices) {
            return choices[random.nextInt(choices.length)];
        }

        private void maybe(String before, Object value, String after) {
            if (random.nextBoolean()) {
                text.append(before).append(value).append(after);
            }
        }
    }
}
