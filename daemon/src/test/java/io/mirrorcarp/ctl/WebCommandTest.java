// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.PasswordHash;
import io.mirrorcarp.daemon.access.Role;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** carpctl web, from the command line to the files. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class WebCommandTest {
    @TempDir
    private Path directory;

    private record Outcome(int status, String out, String err) {}

    private static Outcome carpctl(String input, String... arguments) {
        InputStream before = System.in;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            int status = Carpctl.run(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    arguments);
            return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void usersComeGoAndGetAnotherPassword() throws IOException {
        String file = directory.resolve("web.auth").toString();
        Outcome added = carpctl("correct horse\n", "web", "user", "add", "alice", "--file", file, "--password-stdin");
        assertThat(added.status()).as(added.err()).isZero();
        assertThat(Files.getPosixFilePermissions(Path.of(file)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(read(file).users().get("alice").role()).isEqualTo(Role.OPERATE);
        assertThat(isPassword(file, "correct horse")).isTrue();
        Files.writeString(Path.of(file), "# mine\n" + Files.readString(Path.of(file)));
        carpctl("battery staple\n", "web", "user", "add", "alice", "--role=view", "--file", file, "--password-stdin");
        assertThat(isPassword(file, "battery staple")).isTrue();
        assertThat(isPassword(file, "correct horse")).isFalse();
        assertThat(carpctl("", "web", "user", "list", "--file", file).out()).isEqualTo("alice  view\n");
        assertThat(carpctl("", "web", "user", "delete", "alice", "--file", file).status())
                .isZero();
        assertThat(Files.readString(Path.of(file))).isEqualTo("# mine\n");
        Outcome again = carpctl("", "web", "user", "delete", "alice", "--file", file);
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).isEqualTo("carpctl: there is no user \"alice\" in " + file + "\n");
    }

    private static AuthFile read(String file) throws IOException {
        AuthFile people = AuthFile.parse(Files.readString(Path.of(file)));
        assertThat(people.faults()).isEmpty();
        return people;
    }

    private static boolean isPassword(String file, String password) throws IOException {
        return read(file).users().get("alice").hash().matches(password, PasswordHash.memory());
    }

    @Test
    void badInputChangesNothing() {
        String file = directory.resolve("web.auth").toString();
        assertThat(carpctl("short\n", "web", "user", "add", "a", "--file", file, "--password-stdin")
                        .err())
                .isEqualTo("carpctl: a password has 8 to 1024 characters; nothing was changed\n");
        assertThat(carpctl("long enough\n", "web", "user", "add", "a b", "--file", file, "--password-stdin")
                        .status())
                .isEqualTo(2);
        assertThat(carpctl("long enough\n", "web", "user", "add", "a", "--role=root", "--file", file)
                        .err())
                .isEqualTo("carpctl: --role must be view or operate, not root\n");
        assertThat(Files.exists(Path.of(file))).isFalse();
    }

    @Test
    void aTokenIsPrintedOnceAndNotKept() throws IOException {
        String file = directory.resolve("web.auth").toString();
        String token = carpctl("", "web", "token", "add", "nagios", "--file", file)
                .out()
                .strip();
        assertThat(token).hasSize(43);
        assertThat(Files.readString(Path.of(file))).doesNotContain(token);
        assertThat(read(file).tokenOf(token).orElseThrow().role()).isEqualTo(Role.VIEW);
        carpctl("", "web", "token", "delete", "nagios", "--file", file);
        assertThat(read(file).tokenOf(token)).isEmpty();
    }

    @Test
    void aCertificateIsForTheNamesOfTheHost() throws Exception {
        Outcome made =
                carpctl("", "web", "cert", "--dir", directory.toString(), "fw-a.example.net", "192.0.2.1", "::1");
        assertThat(made.status()).as(made.err()).isZero();
        X509Certificate certificate = certificate();
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity();
        assertThat(certificate.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1))
                        .toList())
                .isEqualTo(List.of("fw-a.example.net", "192.0.2.1", "0:0:0:0:0:0:0:1"));
        assertThat(Files.getPosixFilePermissions(directory.resolve("web.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(made.out()).containsPattern("SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}\n");
        Outcome again = carpctl("", "web", "cert", "--dir", directory.toString());
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("is there already, and is kept");
        assertThat(certificate()).isEqualTo(certificate);
    }

    private X509Certificate certificate() throws Exception {
        try (InputStream stream = Files.newInputStream(directory.resolve("web.crt"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        }
    }
}
