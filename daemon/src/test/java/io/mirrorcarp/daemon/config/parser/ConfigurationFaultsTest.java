// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.TlsFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every fault by its line and column, in the words that the user reads. */
class ConfigurationFaultsTest {
    private static final String WAN = "[carp.wan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\n";
    private static final String HOST = WAN + "address = [\"203.0.113.1/24\"]\n";
    private static final String SYNC = "[pfsync]\nsyncdev = \"sync0\"\nkeys = { 1 = \"sync.key\" }\n";

    private static List<String> faults(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings()).faultLines();
    }

    private static List<String> warnings(String text) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.warningLines();
    }

    @Test
    void aMinimalFileHasNoFault() {
        assertThat(faults(HOST)).isEmpty();
        assertThat(faults(SYNC)).isEmpty();
        assertThat(warnings(HOST + SYNC)).isEmpty();
    }

    @Test
    void aCarpdevWithoutAnAddressOfItsOwnLosesItsRoutesUnlessTheFileNamesThem() {
        String only = HOST.replace("wan0", "uplink0");
        assertThat(warnings(only))
                .singleElement()
                .asString()
                .startsWith("f:5:1: warning: uplink0 has no IPv4 address of its own: ")
                .contains("route = [\"default via GATEWAY\"]");
        assertThat(warnings(only + "route = [\"default via 203.0.113.6\"]\n")).isEmpty();
        assertThat(warnings(only.replaceAll("address = .*\n", "address = [\"2001:db8::1/64\"]\n")))
                .isEmpty();
    }

    @Test
    void anEmptyFileHasNothingToDo() {
        assertThat(faults(""))
                .containsExactly("f:1:1: nothing to do: there is neither a [carp.NAME] table nor [pfsync]");
    }

    @Test
    void syntaxErrorsCarryLineAndColumn() {
        assertThat(faults("a = \n[x\n")).first().asString().startsWith("f:1:5: Unexpected end of line");
        assertThat(faults(HOST + "vhid = 2\n")).containsExactly("f:6:1: vhid previously defined at line 2, column 1");
    }

    @Test
    void unknownKeysAreNamedWithTheNearestOne() {
        assertThat(faults(HOST + "advskw = 1\n"))
                .containsExactly("f:6:1: unknown key \"advskw\" in [carp.wan]: did you mean \"advskew\"?");
        assertThat(faults("[globl]\n" + HOST))
                .containsExactly("f:1:1: unknown key \"globl\" in the file: did you mean \"global\"?");
        assertThat(faults(HOST + "[global]\ndemotion = { ifdwn = 1 }\n"))
                .containsExactly("f:7:14: unknown key \"ifdwn\" in global.demotion: did you mean \"ifdown\"?");
        assertThat(faults("[metrics]\nzzzzzz = 1\n" + HOST))
                .containsExactly("f:2:1: unknown key \"zzzzzz\" in [metrics]: there is http");
        assertThat(faults(HOST + "[[track.script]]\ncommand=\"/x\"\ndemote=1\nryse = 2\n"))
                .contains("f:9:1: unknown key \"ryse\" in [[track.script]]: did you mean \"rise\"?");
    }

    @Test
    void valuesOfTheWrongTypeSayWhatWouldBeRight() {
        assertThat(faults("[global]\npreempt = 1\nlog = \"x\"\nadvbase = 1.5\n" + HOST))
                .containsExactly(
                        "f:2:1: preempt must be true or false, not 1",
                        "f:3:1: log must be a whole number from 0 to 2, not \"x\"",
                        "f:4:1: advbase must be a whole number from 0 to 255, not 1.5");
        assertThat(faults("carp = 1\n" + SYNC)).containsExactly("f:1:1: carp must be a table: [carp], not 1");
        assertThat(faults("[carp]\nvhid = 1\n" + SYNC))
                .containsExactly("f:2:1: vhid must be a table: [carp.vhid], not 1");
        assertThat(faults(WAN + "address = \"203.0.113.1/24\"\n"))
                .containsExactly("f:5:1: address must be a list such as [\"203.0.113.1/24\"], not \"203.0.113.1/24\"");
        assertThat(faults(WAN + "address = [1]\n"))
                .containsExactly("f:5:12: each value of address must be a text in quotes, such as \"203.0.113.1/24\"");
        assertThat(faults("[node]\nname = 1\n" + HOST)).containsExactly("f:2:1: name must be a text in quotes, not 1");
        assertThat(faults("[track]\nscript = 1\n" + HOST))
                .containsExactly("f:2:1: script must be written as [[track.script]], once for each, not 1");
        assertThat(faults("[track]\nscript = [1]\n" + HOST))
                .contains("f:2:11: script must be written as [[track.script]], once for each");
    }

    @Test
    void numbersOutOfRangeNameTheRange() {
        String text = """
                [carp.wan]
                vhid = 256
                carpdev = "wan0"
                passFile = "carp.key"
                advbase = 256
                advskew = 255
                address = ["203.0.113.1/24"]
                """;
        assertThat(faults(text))
                .containsExactly(
                        "f:2:1: vhid must be a whole number from 1 to 255, not 256",
                        "f:5:1: advbase must be a whole number from 0 to 255, not 256",
                        "f:6:1: advskew must be a whole number from 0 to 254, not 255");
        assertThat(faults(HOST + "[global]\ndemotion = { bulk = -1 }\n"))
                .containsExactly("f:7:14: bulk must be a whole number from 0 to 255, not -1");
        assertThat(faults(SYNC + "maxupd = 256\n"))
                .containsExactly("f:4:1: maxupd must be a whole number from 0 to 255, not 256");
    }

    @Test
    void anAdvbaseOfZeroNeedsAnAdvskew() {
        assertThat(faults(HOST + "advbase = 0\n"))
                .containsExactly(
                        "f:6:1: an advbase of 0 needs an advskew from 1 to 254: it is the interval then, in 256ths of"
                                + " a second");
        assertThat(faults(HOST + "advbase = 0\nadvskew = 1\n")).isEmpty();
        assertThat(faults("[global]\nadvbase = 0\n" + HOST)).hasSize(1);
    }

    @Test
    void whenANodeMayTakeOverIsChecked() {
        String text = """
                [node]
                stateDir = "state"
                [global]
                demotionMode = "loud"
                preemptDelay = "2h"
                startHoldOff = "soon"
                """;
        assertThat(faults(text + HOST))
                .containsExactly(
                        "f:2:1: stateDir must be an absolute path, such as /var/lib/carpd",
                        "f:4:1: demotionMode must be \"both\" or \"byte\" or \"skew\", not \"loud\"",
                        "f:5:1: preemptDelay must be from 0s to 1h, not 2h",
                        "f:6:1: startHoldOff must be a duration such as \"500ms\", \"30s\", \"10m\" or \"1h\", not"
                                + " \"soon\"");
    }

    @Test
    void aGroupHasANameAsOnOpenBsd() {
        assertThat(faults(HOST + "group = \"inside\"\n")).isEmpty();
        assertThat(faults(HOST + "group = \"in side\"\n"))
                .containsExactly("f:6:1: group must be up to 15 letters, digits, '.', '_' and '-', not \"in side\"");
    }

    @Test
    void missingKeysAreNamedAtTheirTable() {
        assertThat(faults("\n[carp.wan]\npassFile = \"carp.key\"\n"))
                .containsExactly(
                        "f:2:1: [carp.wan] needs vhid, a whole number from 1 to 255",
                        "f:2:1: [carp.wan] needs carpdev, for example carpdev = \"eth0\"",
                        "f:2:1: [carp.wan] needs an address, for example address = [\"203.0.113.1/24\"]");
        assertThat(faults("[pfsync]\n"))
                .containsExactly(
                        "f:1:1: [pfsync] needs syncdev, for example syncdev = \"eth2\"",
                        "f:1:1: [pfsync] needs a key, for example keys = { 1 = \"sync.key\" }; carpctl key new writes one");
    }

    @Test
    void interfacesMustExist() {
        String text = HOST.replace("wan0", "wan1");
        assertThat(faults(text)).containsExactly("f:3:1: there is no interface \"wan1\": did you mean \"wan0\"?");
        assertThat(faults("\ufeff" + text.replace("wan1", "wan0").replace("\n", "\r\n")))
                .as("a byte order mark, and line ends of Windows")
                .isEmpty();
        assertThat(faults(text.replace("wan1", "wan0@if7")))
                .containsExactly(
                        "f:3:1: there is no interface \"wan0@if7\": ip(8) shows \"wan0\" so; the name ends at the @");
        assertThat(faults(SYNC.replace("sync0", "enp4s0f1")))
                .containsExactly(
                        "f:2:1: there is no interface \"enp4s0f1\": there is eth0, lan0, lo, sync0, uplink0, wan0");
        assertThat(faults(SYNC.replace("sync0", "averyveryverylongname")))
                .containsExactly(
                        "f:2:1: there is no interface \"averyveryverylongname\": there is eth0, lan0, lo, sync0, uplink0, wan0");
        assertThat(faults(SYNC.replace("sync0", "x".repeat(128))))
                .containsExactly("f:2:1: \"" + "x".repeat(128)
                        + "\" is longer than the 127 letters of an interface's alternative name");
    }

    @Test
    void aCarpdevMustBeOnASegmentThatOthersHear() {
        assertThat(faults(HOST.replace("wan0", "lo"))).containsExactly("f:3:1: \"lo\" is the loopback interface");
        assertThat(faults(HOST.replace("carpdev = \"wan0\"", "hotplug = true\ncarpdev = \"lo\"")))
                .containsExactly("f:4:1: \"lo\" is the loopback interface");
        assertThat(faults(SYNC.replace("sync0", "lo")))
                .as("replication to itself harms nobody")
                .isEmpty();
    }

    @Test
    void anInterfaceMayBeNamedByAnAlternativeName() {
        ConfigurationResult result =
                ConfigurationParser.parse("f", HOST.replace("wan0", "enp0s31f6-to-the-isp"), new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        assertThat(result.configuration().orElseThrow().virtualHosts().get(0).carpdev())
                .isEqualTo("wan0");
    }

    @Test
    void theDaemonWaitsForWhatMayStillComeAndForNothingElse() {
        String late = HOST.replace("wan0", "wan1").replace("carp.key", "later.key")
                + SYNC.replace("sync0", "sync-cable-to-the-peer").replace("sync.key", "later.sync");
        ConfigurationResult result = toRun(late);
        assertThat(result.configuration()).isEmpty();
        assertThat(result.faultLines()).isEmpty();
        assertThat(result.awaitedLines())
                .anyMatch(line -> line.contains("/etc/carpd/later.key cannot be read: no such file"))
                .anyMatch(line -> line.contains("/etc/carpd/later.sync cannot be read: no such file"))
                .anyMatch(line -> line.contains("there is no interface \"sync-cable-to-the-peer\""))
                .hasSize(3);
        assertThat(toRun(HOST.replace("carp.key", "open.key")).faultLines())
                .as("waiting does not mend a mode")
                .hasSize(1);
        ConfigurationResult withoutCarpdev = toRun(HOST.replace("wan0", "wan1") + SYNC.replace("sync0", "sync1"));
        assertThat(withoutCarpdev.configuration()).as("it begins without them").isPresent();
        assertThat(withoutCarpdev.warningLines())
                .contains(
                        "f:3:1: warning: there is no interface \"wan1\": did you mean \"wan0\"?; it counts as down until it comes")
                .hasSize(2);
    }

    private static ConfigurationResult toRun(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings(), Absent.IS_AWAITED);
    }

    @Test
    void addressesNeedAPrefixLengthAndAHost() {
        String text = WAN
                + "address = [\"203.0.113.1\",\n \"203.0.113.0/24\",\n \"203.0.113.255/24\",\n \"203.0.113.300/24\",\n"
                + " \"203.0.113.1/33\",\n \"224.0.0.1/24\",\n \"host\",\n \"203.0.113.01/24\", \"10.0.0.0/31\"]\n";
        assertThat(faults(text))
                .containsExactly(
                        "f:5:12: \"203.0.113.1\" lacks the length of its prefix: write \"203.0.113.1/24\" or what your network has",
                        "f:6:2: \"203.0.113.0/24\" is a network, not the address of a host in it",
                        "f:7:2: \"203.0.113.255/24\" is the broadcast address of its network, not a host in it",
                        "f:8:2: \"203.0.113.300/24\" is not an IP address with a prefix length, such as 203.0.113.1/24",
                        "f:9:2: \"203.0.113.1/33\": the length of the prefix must be 0 to 32",
                        "f:10:2: \"224.0.0.1/24\" cannot be a virtual address",
                        "f:11:2: \"host\" is not an IP address with a prefix length, such as 203.0.113.1/24",
                        "f:12:2: \"203.0.113.01/24\" is not an IP address with a prefix length, such as 203.0.113.1/24");
    }

    @Test
    void aLinkLocalAddressIsOfItsCarpdevAndUniqueThere() {
        String linkLocal = HOST.replace("\"203.0.113.1/24\"", "\"fe80::1/64\"");
        String lan = "[carp.lan]\nvhid = 2\ncarpdev = \"lan0\"\npassFile = \"carp.key\"\naddress = [\"fe80::1/64\"]\n";
        assertThat(linkLocal).isNotEqualTo(HOST);
        assertThat(faults(linkLocal + lan)).isEmpty();
        assertThat(faults(linkLocal + lan.replace("lan0", "wan0")))
                .containsExactly("f:10:12: fe80::1 is in [carp.wan] already: give each address once");
        assertThat(faults(linkLocal + lan.replace("[\"fe80::1/64\"]", "[\"fe80::2/64\",\n\"fe80::2/64\"]")))
                .containsExactly("f:11:1: fe80::2 is in [carp.lan] already: give each address once");
    }

    @Test
    void aRouteIsADestinationAndAGatewayOfTheFamilyOfAVirtualAddress() {
        assertThat(faults(HOST + "route = [\"default via 203.0.113.6\", \"10.20.0.0/16 via 203.0.113.7 metric 50\"]\n"))
                .isEmpty();
        String needed =
                " is not a route, such as \"default via 203.0.113.6\" or \"10.20.0.0/16 via 10.0.0.9 metric 50\"";
        assertThat(faults(HOST + "route = [\"203.0.113.6\"]\n")).containsExactly("f:6:10: \"203.0.113.6\"" + needed);
        assertThat(faults(HOST + "route = [\"default via 203.0.113.6 dev wan0\"]\n"))
                .containsExactly("f:6:10: \"default via 203.0.113.6 dev wan0\"" + needed);
        assertThat(faults(HOST + "route = [\"default via fe80::6\"]\n"))
                .containsExactly("f:6:10: \"default via fe80::6\" needs a virtual address of its family in this table");
        assertThat(faults(HOST + "route = [\"::/0 via 203.0.113.6\"]\n"))
                .containsExactly(
                        "f:6:10: \"::/0 via 203.0.113.6\" has a destination and a gateway of different families");
        assertThat(faults(HOST + "route = [\"default via 203.0.113.1\"]\n"))
                .containsExactly("f:6:10: \"default via 203.0.113.1\" has a gateway that is a virtual address of this"
                        + " table: name the other router");
        assertThat(faults(HOST + "route = [\"10.0.0.1/8 via 203.0.113.6\"]\n")).hasSize(1);
        assertThat(faults(HOST + "route = [\"default via nobody\"]\n")).hasSize(1);
    }

    @Test
    void vhidsAndAddressesAreUnique() {
        String lan =
                "[carp.lan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"10.0.0.1/24\",\n\"203.0.113.1/32\"]\n";
        assertThat(faults(HOST + lan))
                .containsExactly(
                        "f:7:1: vhid 1 on wan0 is that of [carp.wan]: each virtual host of a carpdev needs its own",
                        "f:11:1: 203.0.113.1 is in [carp.wan] already: give each address once");
        assertThat(faults(HOST + lan.replace("wan0", "lan0").replace("203.0.113.1/32", "10.0.0.2/24")))
                .isEmpty();
    }

    @Test
    void anAddressThatIsConfiguredOnTheHostByHandIsAFault() {
        String lan =
                "[carp.lan]\nvhid = 1\ncarpdev = \"lan0\"\npassFile = \"carp.key\"\naddress = [\"10.9.9.8/24\", \"10.9.9.9/24\"]\n";
        assertThat(faults(lan))
                .containsExactly("f:5:27: 10.9.9.9 is configured on eth0 of this host by hand, so that it answers"
                        + " whoever is master: remove it there, or name another virtual address");
    }

    @Test
    void peersAreOtherNodes() {
        assertThat(faults(HOST + "peer = [\"203.0.113.1\"]\n"))
                .contains("f:6:1: 203.0.113.1 is a virtual address of [carp.wan]: name the peer's own address");
        assertThat(faults(SYNC + "syncpeer = [\"192.0.2.1\"]\n"))
                .containsExactly("f:4:1: 192.0.2.1 is an address of this node: name the peer's");
        assertThat(faults(SYNC + "syncpeer = [\"192.0.2.2/24\", \"240.0.0.1\"]\n"))
                .containsExactly(
                        "f:4:13: \"192.0.2.2/24\" is not an IP address; leave the prefix length out",
                        "f:4:29: \"240.0.0.1\" cannot be the address of a host");
        assertThat(faults(SYNC + "syncpeer = [\"ff02::12\"]\n"))
                .containsExactly(
                        "f:4:13: \"ff02::12\" is not a group of pfsync: use 224.0.0.240, or ff12::f0 for IPv6");
        assertThat(faults(SYNC + "syncpeer = [\"ff12::f0\", \"2001:db8::2\"]\n"))
                .isEmpty();
    }

    @Test
    void passphrasesComeFromFilesThatNobodyElseReads() {
        assertThat(faults(HOST.replace("carp.key", "open.key")))
                .containsExactly(
                        "f:4:1: /etc/carpd/open.key has mode 0644, so others can read it: chmod 600 /etc/carpd/open.key");
        assertThat(faults(HOST.replace("carp.key", "gone.key")))
                .containsExactly("f:4:1: /etc/carpd/gone.key cannot be read: no such file");
        assertThat(faults(HOST.replace("carp.key", "empty.key")))
                .containsExactly("f:4:1: /etc/carpd/empty.key is empty: write the passphrase into it");
        assertThat(faults(HOST.replace("carp.key", "lines.key")))
                .containsExactly("f:4:1: /etc/carpd/lines.key must hold one line, the passphrase");
        assertThat(faults(HOST + "pass = \"x\"\n"))
                .containsExactly("f:6:1: pass and passFile exclude each other: keep passFile");
    }

    @Test
    void weakPassphrasesWorkAndWarn() {
        assertThat(warnings(HOST.replace("carp.key", "long.key")))
                .containsExactly(
                        "f:4:1: warning: the passphrase has 20 bytes: only the first 19 count, as on the BSDs");
        assertThat(warnings(HOST.replace("passFile = \"carp.key\"", "pass = \"x\"")))
                .containsExactly(
                        "f:4:1: warning: pass can be read by everyone who can read this file: put it into a passFile"
                                + " with mode 0600");
        assertThat(warnings(HOST.replace("passFile = \"carp.key\"\n", "")))
                .containsExactly("f:1:1: warning: [carp.wan] has no passFile: everyone on the network can send its"
                        + " advertisements");
    }

    /** What no eye sees in a file makes two masters. */
    @Test
    void blanksAndAByteOrderMarkInAPassphraseAreWarnedOf() {
        assertThat(warnings(HOST.replace("carp.key", "blank.key")))
                .containsExactly("f:4:1: warning: the passphrase in /etc/carpd/blank.key begins or ends with a blank,"
                        + " which counts: remove it on all nodes if it is not meant");
        assertThat(warnings(HOST.replace("carp.key", "bom.key")))
                .containsExactly("f:4:1: warning: /etc/carpd/bom.key begins with a byte order mark, which counts as"
                        + " three letters of the passphrase: save it without one, on all nodes");
    }

    @Test
    void keysOfTheChannelAreBase64OfEnoughBytes() {
        assertThat(faults(SYNC.replace("sync.key", "short.key")))
                .containsExactly(
                        "f:3:10: /etc/carpd/short.key holds 31 bytes, and 32 random ones are needed; carpctl key new"
                                + " writes a good one");
        assertThat(faults(SYNC.replace("sync.key", "text.key")))
                .containsExactly("f:3:10: /etc/carpd/text.key is not base64; carpctl key new writes a good one");
        assertThat(faults(SYNC.replace("sync.key", "open.key")))
                .containsExactly(
                        "f:3:10: /etc/carpd/open.key has mode 0644, so others can read it: chmod 600 /etc/carpd/open.key");
        assertThat(faults(SYNC.replace("1 =", "0 =")))
                .contains("f:3:10: \"0\" is not a key id: use a whole number from 1 to 255");
        assertThat(faults(SYNC.replace("1 = \"sync.key\"", "1 = \"sync.key\", 2 = \"sync2.key\"")))
                .containsExactly("f:3:1: with several keys [pfsync] needs activeKey: the id of the one that seals");
        assertThat(faults(SYNC + "activeKey = 3\n")).containsExactly("f:4:1: there is no key 3 in keys: there is 1");
        assertThat(faults(SYNC.replace("1 = \"sync.key\"", "")))
                .containsExactly(
                        "f:3:1: [pfsync] needs a key, for example keys = { 1 = \"sync.key\" }; carpctl key new writes one");
    }

    @Test
    void theSyncdevShouldNotBeACarpdev() {
        assertThat(warnings(HOST + SYNC.replace("sync0", "wan0")))
                .containsExactly(
                        "f:7:1: warning: wan0 is the carpdev of [carp.wan] too: give the state channel a link of its own");
    }

    @Test
    void durationsNeedAUnitThatExists() {
        assertThat(faults(SYNC + "bulkTimeout = \"30 parsecs\"\n"))
                .containsExactly(
                        "f:4:1: bulkTimeout must be a duration such as \"500ms\", \"30s\", \"10m\" or \"1h\", not"
                                + " \"30 parsecs\"");
        assertThat(faults(SYNC + "bulkTimeout = \"2h\"\n"))
                .containsExactly("f:4:1: bulkTimeout must be from 1s to 1h, not 2h");
        assertThat(faults(SYNC + "bulkTimeout = -1\n")).hasSize(1);
        assertThat(faults(SYNC + "bulkTimeout = nan\n")).hasSize(1);
        assertThat(faults(SYNC + "bulkTimeout = inf\n")).hasSize(1);
    }

    @Test
    void filtersNameProtocolsAndNetworks() {
        assertThat(
                        faults(
                                SYNC
                                        + "[pfsync.filter]\nprotocols = [\"tcp\", \"upd\"]\nignoreAddress = [\"10.0.0.1/8\", \"::2/128\"]\n"))
                .containsExactly(
                        "f:5:21: there is no protocol \"upd\": did you mean \"udp\"?, or a number from 0 to 255",
                        "f:6:18: \"10.0.0.1/8\" has bits after its prefix: write the address of the network, or /32 for this"
                                + " host alone");
        assertThat(faults(SYNC + "[pfsync.filter]\nprotocols = [\"256\", 112, \"240\", -1]\n"))
                .hasSize(4)
                .allMatch(fault -> fault.contains("a number from 0 to 255") || fault.contains("is never replicated"));
        assertThat(faults(SYNC + "[pfsync.filter]\nprotocols = []\n"))
                .containsExactly("f:5:1: protocols must name at least one; leave the key out for the usual ones");
    }

    @Test
    void filtersNameZonesMarksStatesAndAges() {
        assertThat(faults(SYNC + """
                                        [pfsync.filter]
                                        zone = [1, 65536]
                                        mark = ["0x10/0xff", "0x100/0xff"]
                                        ignoreMark = ["red"]
                                        state = ["established", "estblished"]
                                        minAge = "11m"
                                        address = []
                                        [pfsync.filter.import]
                                        minAge = "-1s"
                                        ignoreZone = ["x"]
                                        protocols = ["tpc"]
                                        """))
                .containsExactlyInAnyOrder(
                        "f:5:12: \"65536\" is no conntrack zone: use a number from 0 to 65535",
                        "f:6:22: \"0x100/0xff\" is no mark: use VALUE or VALUE/MASK with all bits of the value in the"
                                + " mask, such as 16 or \"0x10/0xff\"",
                        "f:7:15: \"red\" is no mark: use VALUE or VALUE/MASK with all bits of the value in the mask, such"
                                + " as 16 or \"0x10/0xff\"",
                        "f:8:25: there is no TCP state \"estblished\": did you mean \"established\"?",
                        "f:9:1: minAge must be from 0s to 10m, not 11m",
                        "f:10:1: address must name at least one; leave the key out for all",
                        "f:12:1: minAge must be a duration such as \"500ms\", \"30s\", \"10m\" or \"1h\", not \"-1s\"",
                        "f:13:15: \"x\" is no conntrack zone: use a number from 0 to 65535",
                        "f:14:14: there is no protocol \"tpc\": did you mean \"tcp\"?, or a number from 0 to 255");
    }

    @Test
    void namesSocketsAndPagesAreWellFormed() {
        assertThat(faults("[node]\nname = \"a b\"\nhostId = \"00000000\"\n" + HOST))
                .containsExactly(
                        "f:2:1: node.name must be 1 to 63 letters, digits, '.', '_' and '-', not \"a b\"",
                        "f:3:1: hostId must be 8 hexadecimal digits and not all zero, such as \"6f1c2a90\"");
        assertThat(faults("[admin]\nsocket = \"run/x\"\n" + HOST))
                .containsExactly("f:2:1: socket must be an absolute path, such as /run/carpd/admin.sock");
        assertThat(faults("[admin]\nsocket = \"/" + "x".repeat(107) + "\"\n" + HOST))
                .containsExactly("f:2:1: socket must have at most 107 bytes: the kernel takes no more");
        assertThat(faults("[metrics]\nhttp = \"9712\"\n" + HOST))
                .contains("f:2:1: http must be HOST:PORT, such as \"127.0.0.1:9712\", or \"\" to turn it off");
        assertThat(faults(HOST.replace("carp.wan", "carp.\"wan 1\"")))
                .containsExactly("f:1:1: \"wan 1\" cannot be a name: use up to 32 letters, digits, '.', '_' and '-'");
    }

    @Test
    void thePagesAreServedToOthersOnlyWithTlsAndALogin() {
        String both = "authFile = \"web.auth\"\ntls = { certificate = \"web.crt\", key = \"web.key\" }\n";
        String needs = "so it needs tls (carpctl web cert makes the files) and authFile (carpctl web user add NAME)";
        for (String open : List.of("0.0.0.0:8112", "[::]:8112", "192.0.2.1:8112", "[2001:db8::1]:80")) {
            String admin = HOST + "[admin]\nhttp = \"" + open + "\"\n";
            assertThat(faults(admin)).containsExactly("f:7:1: others can reach \"" + open + "\", " + needs);
            assertThat(faults(admin + "authFile = \"web.auth\"\n")).hasSize(1);
            assertThat(faults(admin + both)).isEmpty();
        }
        for (String closed : List.of("", "127.0.0.1:8112", "[::1]:8112", "localhost:1", "127.8.8.8:65535")) {
            assertThat(faults(HOST + "[admin]\nhttp = \"" + closed + "\"\n")).isEmpty();
        }
        for (String wrong : List.of("8112", "127.0.0.1", "fw-a:8112", "127.0.0.1:0", "127.0.0.1:65536", "::1:80")) {
            assertThat(faults(HOST + "[admin]\nhttp = \"" + wrong + "\"\n"))
                    .containsExactly("f:7:1: http must be ADDRESS:PORT, such as \"127.0.0.1:8112\" or \"[::1]:8112\","
                            + " or \"\" to turn it off");
        }
    }

    @Test
    void theFilesOfThePagesAreChecked() {
        assertThat(faults(HOST + "[admin]\nauthFile = \"no.auth\"\ngroup = \"nosuch\"\n"))
                .containsExactly(
                        "f:7:1: /etc/carpd/no.auth cannot be read: no such file",
                        "f:8:1: there is no group \"nosuch\" on this host; getent group lists them");
        assertThat(faults(HOST + "[admin]\nauthFile = \"carp.key\"\ngroup = \"adm\"\n"))
                .containsExactly("f:7:1: /etc/carpd/carp.key:1: not a line of carpctl web user add");
        assertThat(warnings(HOST + "[admin]\nauthFile = \"nobody.auth\"\n"))
                .containsExactly("f:7:1: warning: /etc/carpd/nobody.auth has nobody in it: carpctl web user add NAME"
                        + " --file /etc/carpd/nobody.auth");
        assertThat(faults(HOST + "[admin]\ntls = { certificate = \"no.crt\", key = \"no.key\" }\n"))
                .containsExactly(
                        "f:7:9: /etc/carpd/no.crt cannot be read: no such file",
                        "f:7:33: /etc/carpd/no.key cannot be read: no such file");
        assertThat(faults(HOST + "[admin]\ntls = { certificate = \"web.crt\", key = \"open.key\" }\n"))
                .containsExactly("f:7:34: /etc/carpd/open.key has mode 0644, so others can read it: chmod 600"
                        + " /etc/carpd/open.key");
        assertThat(faults(HOST + "[admin]\ntls = { certificate = \"carp.key\", key = \"carp.key\" }\n"))
                .containsExactly("f:7:9: web.crt and web.key do not belong together");
        assertThat(faults(HOST + "[admin]\ntls = { certificate = \"web.crt\" }\n"))
                .containsExactly("f:7:1: admin.tls needs key, for example key = \"web.key\"");
    }

    /** A daemon that starts before its certificate is there waits with the pages, and serves nothing in the clear. */
    @Test
    void aCertificateThatIsNotThereYetIsWaitedForWithoutHoldingUpTheNode() {
        ConfigurationResult result = ConfigurationParser.parse(
                "f",
                HOST + "[admin]\nhttp = \"0.0.0.0:443\"\nauthFile = \"no.auth\"\n"
                        + "tls = { certificate = \"no.crt\", key = \"no.key\" }\n",
                new FakeSurroundings(),
                Absent.IS_AWAITED);
        assertThat(result.faultLines()).isEmpty();
        assertThat(result.awaitedLines()).isEmpty();
        assertThat(result.warningLines()).hasSize(3).first().asString().contains("nobody can log in until it comes");
        AdminConfiguration admin = result.configuration().orElseThrow().admin();
        assertThat(admin.tls()).contains(new TlsFiles("/etc/carpd/no.crt", "/etc/carpd/no.key"));
        assertThat(admin.authFile()).isEqualTo("/etc/carpd/no.auth");
    }

    @Test
    void theAttachmentIsChecked() {
        assertThat(faults(HOST + "peer = [\"203.0.113.3\", \"224.0.0.99\", \"fe80::3\"]\nmac = \"interface\"\n"
                        + "source = [\"203.0.113.2\", \"fe80::2\"]\nupDelay = \"5s\"\ndownDelay = \"500ms\"\n"))
                .isEmpty();
        assertThat(faults(HOST + "source = [\"203.0.113.2\", \"203.0.113.4\"]\n"))
                .containsExactly("f:6:1: source takes one IPv4 and one IPv6 address at most");
        assertThat(faults(HOST + "source = [\"224.0.0.18\"]\n"))
                .containsExactly("f:6:11: \"224.0.0.18\" cannot be the address of a host");
        assertThat(faults(HOST + "peer = [\"203.0.113.1\"]\n"))
                .containsExactly("f:6:1: 203.0.113.1 is a virtual address of [carp.wan]: name the peer's own address");
        assertThat(faults(HOST.replace("wan0", "later0") + "hotplug = true\n")).isEmpty();
        assertThat(faults("[global]\narpbalance = true\n" + HOST + "mac = \"interface\"\n"))
                .containsExactly("f:8:1: arpbalance answers with virtual MACs: mac must be \"virtual\" with it");
    }

    @Test
    void virtualHostsShareAnAddressOnlyWithArpbalanceAndOnOneCarpdev() {
        String second = HOST.replace("carp.wan", "carp.two").replace("vhid = 1", "vhid = 2");
        assertThat(faults(HOST + second)).hasSize(1).first().asString().contains("is in [carp.wan] already");
        assertThat(faults(HOST + second + "[global]\narpbalance = true\n")).isEmpty();
        assertThat(faults(HOST + second.replace("wan0", "lan0") + "[global]\narpbalance = true\n"))
                .hasSize(1)
                .first()
                .asString()
                .contains("is in [carp.wan] already");
    }

    @Test
    void trackedScriptsAreChecked() {
        String script = "[[track.script]]\ncommand = \"gateway\"\ninterval = \"1s\"\ntimeout = \"2s\"\nfall = 0\n";
        assertThat(faults(HOST + script))
                .contains(
                        "f:7:1: command must be an absolute path, such as /etc/carpd/checks.d/gateway",
                        "f:9:1: timeout must not be longer than interval, 1s",
                        "f:10:1: fall must be a whole number from 1 to 100, not 0",
                        "f:6:1: [[track.script]] needs demote, a whole number from 1 to 255");
        assertThat(faults(HOST + "[[track.script]]\ncommand = \"/home/x\"\ndemote = 1\n"))
                .containsExactly("f:7:1: /home/x cannot be run: it belongs to user 1000: chown root /home/x");
        assertThat(faults(HOST + "[[track.script]]\ncommand = \"/a\\u0000b\"\ndemote = 1\n"))
                .containsExactly("f:7:1: command must not have control characters in it");
    }

    @Test
    void anAnnouncedAddressIsASingleOneAndNobodyElses() {
        String route = HOST + "group = \"inside\"\n[route.x]\n";
        assertThat(faults(route))
                .containsExactly("f:7:1: [route.x] needs address, for example address = \"198.51.100.7/32\"");
        assertThat(faults(route + "address = \"198.51.100.7/24\"\n"))
                .containsExactly("f:8:1: address must be a single one, such as \"198.51.100.7/32\"");
        assertThat(faults(route + "address = \"198.51.100.7/32\"\nwhen = \"always\"\n"))
                .containsExactly("f:9:1: when must be \"ready\", \"master\" or \"master:GROUP\", not \"always\"");
        assertThat(faults(route + "address = \"198.51.100.7/32\"\nwhen = \"master:insde\"\n"))
                .containsExactly("f:9:1: no virtual host is in the group \"insde\": did you mean \"inside\"?");
        String twice = "address = \"198.51.100.7/32\"\n[route.y]\naddress = \"198.51.100.7/32\"\n";
        assertThat(faults(route + twice))
                .containsExactly("f:10:1: 198.51.100.7 is a virtual address, or in another [route.NAME]: give each"
                        + " address once");
    }

    @Test
    void theDirectoryOfTheHooksIsChecked() {
        assertThat(faults(HOST + "[hooks]\ndir = \"/etc/carpd/hooks.d\"\n")).isEmpty();
        assertThat(faults(HOST + "[hooks]\ndir = \"/home/x\"\n"))
                .containsExactly("f:7:1: /home/x cannot be used: it belongs to user 1000: chown root /home/x");
        assertThat(faults(HOST + "[hooks]\ndir = \"hooks.d\"\ntimeout = \"10ms\"\n"))
                .containsExactly(
                        "f:7:1: dir must be an absolute path, such as /etc/carpd/hooks.d",
                        "f:8:1: timeout must be from 100ms to 5m, not 10ms");
    }

    @Test
    void aTrackedInterfaceMayComeLaterAndEachTrackHasItsName() {
        String track = "[[track.interface]]\nname = \"tun0\"\ndemote = 1\n";
        assertThat(warnings(HOST + track))
                .containsExactly(
                        "f:7:1: warning: there is no interface \"tun0\" now: it counts as down until it comes");
        assertThat(faults(HOST + "[[track.script]]\ncommand = \"/x/tun0\"\ndemote = 1\n" + track))
                .containsExactly("f:6:1: there is a check \"tun0\" already: give each its own name");
        assertThat(faults(HOST + track + "group = \"inside\"\n"))
                .containsExactly(
                        "f:9:1: no virtual host is in the group \"inside\": name it in a [carp.NAME] table too");
        assertThat(faults(HOST + "group = \"inside\"\n" + track + "group = \"insde\"\n"))
                .containsExactly("f:10:1: no virtual host is in the group \"insde\": did you mean \"inside\"?");
        assertThat(faults(HOST + "group = \"inside\"\n" + track + "group = \"inside\"\n"))
                .isEmpty();
    }

    @Test
    void deferCanOnlyBeTurnedOff() {
        assertThat(faults(SYNC + "defer = true\n"))
                .containsExactly(
                        "f:4:1: defer can only be false: use hold = \"auto\" in its place, which holds only the packets that"
                                + " outrun their state");
        assertThat(faults(SYNC + "defer = false\n")).isEmpty();
    }

    @Test
    void holdIsOffOrAutoAndNeedsStatesThatAreToldAtOnce() {
        assertThat(faults(SYNC + "hold = \"auto\"\n")).isEmpty();
        assertThat(faults(SYNC + "hold = \"off\"\n[pfsync.filter]\nminAge = \"1s\"\n"))
                .isEmpty();
        assertThat(faults(SYNC + "hold = true\n")).singleElement().asString().startsWith("f:4:");
        assertThat(faults(SYNC + "hold = \"on\"\n"))
                .singleElement()
                .asString()
                .contains("f:4:")
                .contains("\"off\"")
                .contains("\"auto\"");
        assertThat(faults(SYNC + "hold = \"auto\"\n[pfsync.filter]\nminAge = \"1s\"\n"))
                .containsExactly(
                        "f:4:1: hold = \"auto\" and minAge cannot be together: a packet waits 20 ms for the state, which"
                                + " is told after minAge; remove one of them");
    }

    @Test
    void whatIsTurnedOffIsAccepted() {
        String text = "[global]\narpbalance = false\n" + HOST
                + "mac = \"virtual\"\npeer = []\ngroup = \"\"\nauth = \"compatible\"\n" + SYNC
                + "defer = false\n[track]\ninterface = []\nscript = []\n[hooks]\ndir = \"\"\n"
                + "[admin]\nhttp = \"\"\nauthFile = \"\"\n[metrics]\nhttp = \"\"\n";
        assertThat(faults(text)).isEmpty();
    }

    @Test
    void everyFaultIsInOneAnswerInTheOrderOfTheLines() {
        String text =
                "[global]\nlog = 9\nbogus = 1\n" + HOST.replace("wan0", "wan9").replace("203", "2030");
        List<String> faults = faults(text);
        assertThat(faults).hasSize(4);
        Set<Integer> lines = new TreeSet<>();
        for (String fault : faults) {
            lines.add(Integer.valueOf(fault.split(":", -1)[1]));
        }
        assertThat(new ArrayList<>(lines)).containsExactly(2, 3, 6, 8);
    }
}
