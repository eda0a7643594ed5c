// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.source.Disk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are none of these, or broken, or hostile. */
@Timeout(30)
class BadFilesTest {
    @TempDir
    private Path directory;

    private Draft read(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8);
        return Importer.read(new Disk(), List.of(file.toString()), Optional.empty(), "fw-a", false);
    }

    private void refused(String name, String content, String message) {
        assertThatThrownBy(() -> read(name, content))
                .isInstanceOf(ImportFault.class)
                .hasMessage(directory.resolve(name) + message);
    }

    @Test
    void whatIsMissingOrNoTextIsNamed() throws IOException {
        refused("empty", " \n", ": the file is empty");
        refused(
                "text",
                "Dear administrator,\n",
                ": not recognised: name its kind with --from: pfsense, opnsense, keepalived, "
                        + "conntrackd, vyos, interfaces, rc.conf, sysctl.conf, ucarp, hostname.if");
        refused("binary", "\u0000\u0001ELF", ": not a text file");
        assertThatThrownBy(() -> new Disk().read("/nowhere/at/all")).hasMessage("/nowhere/at/all: no such file");
        assertThatThrownBy(() -> new Disk().read("/etc")).hasMessageContaining("it is a directory");
        try (RandomAccessFile huge =
                new RandomAccessFile(directory.resolve("huge").toFile(), "rw")) {
            huge.setLength(1L << 40);
        }
        assertThatThrownBy(() -> new Disk().read(directory.resolve("huge").toString()))
                .hasMessageEndingWith("huge: longer than 32 MiB: not a configuration");
        assertThatThrownBy(() -> new Disk().read("/dev/zero")).hasMessageContaining("longer than 32 MiB");
    }

    @Test
    void whatIsCutOffIsNamedWithItsLine() {
        refused("cut", "vrrp_instance A {\n  interface eth0\n", ":1: its \"{\" is never closed: is the file cut off?");
        refused(
                "quote",
                "vrrp_instance A {\n  auth_pass \"x\n}\n",
                ":2: a quote is never closed: is the file cut off?");
        refused("brace", "global_defs {\n}\n}\n", ":3: \"}\" without a \"{\" before it");
        refused(
                "rc",
                "hostname=a\nifconfig_em0_alias0=\"vhid 1\n",
                ":2: a quote is never closed: is the file cut off?");
        refused("xml", "<pfsense>\n<virtualip><vip>\n<mode>carp", ":3: not well-formed XML: is the file cut off?");
    }

    @Test
    void anEncryptedBackupAndTheFormOfAPackageAreTold() {
        refused(
                "enc",
                "---- BEGIN config.xml ----\nU2FsdGVkX1\n",
                ":1: an encrypted backup: save it without encryption, or decrypt it first");
        refused(
                "carp.xml",
                "<?xml version=\"1.0\"?>\n<packagegui><name>carp</name></packagegui>",
                ":2: the form of the package, without values: they are in config.xml, in installedpackages");
    }

    /** No entity is fetched from a file, and none grows. */
    @Test
    void xmlEntitiesAreNeverExpanded() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s3cr");
        String external = "<!DOCTYPE opnsense [<!ENTITY x SYSTEM \"file://" + secret + "\">]>";
        refused(
                "xxe",
                external + "<opnsense><system><hostname>&x;</hostname></system></opnsense>",
                ":1: has a DOCTYPE, which no such file needs: remove it");
        String laughs =
                "<!DOCTYPE opnsense [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
        refused(
                "laughs",
                laughs + "<opnsense>&b;</opnsense>",
                ":1: has a DOCTYPE, which no such file needs: remove it");
    }

    /** As with {@code carpctl import /etc/hostname.*}: a file of another interface is told, and stops nothing. */
    @Test
    void theFileOfAnotherInterfaceIsLeftAlone() throws IOException {
        Path other = Files.writeString(directory.resolve("hostname.em0"), "inet autoconf\njoin lab wpakey secret\n");
        Path carp = Files.writeString(directory.resolve("hostname.carp0"), "10.0.0.1/24 vhid 1 carpdev em0 pass x\n");
        Draft draft =
                Importer.read(new Disk(), List.of(other.toString(), carp.toString()), Optional.empty(), "fw-a", false);
        assertThat(draft.hosts()).hasSize(1);
        assertThat(draft.leftovers())
                .map(Object::toString)
                .contains(other + ":1: hostname.em0: neither a carp nor a pfsync interface: carpd leaves it alone")
                .noneMatch(line -> line.contains("secret"));
    }

    @Test
    void nestingAndIncludesEnd() throws IOException {
        refused(
                "deep",
                "global_defs {\n" + "a {".repeat(100) + "}".repeat(101),
                ":2: braces are nested deeper than 64");
        refused(
                "deep.xml",
                "<pfsense>" + "<a>".repeat(100) + "</a>".repeat(100) + "</pfsense>",
                ":1: elements are nested deeper than 64");
        refused(
                "self",
                "global_defs {\n}\ninclude self\n",
                ":3: more than 256 includes: do the files include each other?");
        Path interfaces = directory.resolve("interfaces");
        Files.writeString(interfaces, "iface lo inet loopback\nsource interfaces\n");
        Draft draft = Importer.read(new Disk(), List.of(interfaces.toString()), Optional.empty(), "fw-a", false);
        assertThat(draft.leftovers()).map(Object::toString).anyMatch(line -> line.contains("do they name each other?"));
    }

    @Test
    void aDefinitionThatDoublesItselfIsStopped() {
        StringBuilder text = new StringBuilder("$A0=xxxxxxxxxxxxxxxx\n");
        for (int i = 1; i < 40; i++) {
            text.append("$A" + i + "=${A" + (i - 1) + "}${A" + (i - 1) + "}\n");
        }
        assertThatThrownBy(() -> read("doubles", text + "vrrp_instance A {\n}\n"))
                .isInstanceOf(ImportFault.class);
    }

    /** A mebibyte of one sort must not take long either. */
    @Test
    void longFilesAreReadInTime() throws IOException {
        StringBuilder addresses = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            addresses.append("10." + (i >> 14) + "." + (i >> 6 & 255) + "." + (1 + i % 64) + "/8\n");
        }
        Draft draft = read(
                "long",
                "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n" + addresses + "}\n}\n");
        assertThat(draft.hosts()).hasSize(1);
        refused(
                "blanks",
                " \t".repeat(500_000) + "x\n",
                ": not recognised: name its kind with --from: pfsense, opnsense, keepalived, "
                        + "conntrackd, vyos, interfaces, rc.conf, sysctl.conf, ucarp, hostname.if");
        refused(
                "lines",
                "\n".repeat(1_000_000) + "x\n",
                ": not recognised: name its kind with --from: pfsense, opnsense, keepalived, "
                        + "conntrackd, vyos, interfaces, rc.conf, sysctl.conf, ucarp, hostname.if");
    }
}
