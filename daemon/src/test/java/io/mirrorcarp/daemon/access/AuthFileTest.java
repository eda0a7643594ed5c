// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthFileTest {
    private static final PasswordHash HASH =
            PasswordHash.of("correct horse", new byte[PasswordHash.SALT_LENGTH], PasswordHash.memory());
    private static final String ALICE = AuthFile.userLine("alice", Role.OPERATE, HASH);
    private static final String NAGIOS = AuthFile.tokenLine("nagios", Role.VIEW, "a-long-random-token");

    @Test
    void linesAreReadBack() {
        AuthFile file = AuthFile.parse("# who may\n\n" + ALICE + "\n" + NAGIOS + "\n");
        assertThat(file.faults()).isEmpty();
        assertThat(file.users().get("alice").role()).isEqualTo(Role.OPERATE);
        assertThat(file.users().get("alice").hash().text()).isEqualTo(HASH.text());
        assertThat(file.tokenOf("a-long-random-token"))
                .hasValueSatisfying(token -> assertThat(token.name()).isEqualTo("nagios"));
        assertThat(file.tokenOf("a-long-random-tokeN")).isEmpty();
        assertThat(file.tokenOf("")).isEmpty();
        assertThat(NAGIOS).doesNotContain("a-long-random-token");
    }

    @Test
    void faultsNameTheirLineAndNoSecret() {
        AuthFile file = AuthFile.parse(ALICE + "\n" + ALICE + "\nuser bob root " + HASH.text() + "\nuser b/c view x\n"
                + "user eve view secret\nhello\ntoken t view 12\n");
        assertThat(file.faults())
                .containsExactly(
                        "2: alice twice",
                        "3: the role must be view or operate",
                        "4: a name has 1 to 32 letters, digits, '.', '_', '@' and '-'",
                        "5: the password of eve is no Argon2id hash within 64 MiB and 20 passes",
                        "6: not a line of carpctl web user add",
                        "7: the token of t is no SHA-256");
        assertThat(file.users()).containsOnlyKeys("alice");
        assertThat(file.tokens()).isEmpty();
        assertThat(AuthFile.parse("user x none " + HASH.text()).users()).isEmpty();
    }

    @Test
    void oneIsTakenOutAndTheRestStaysAsItIs() {
        String text = "# note\n" + ALICE + "\n  user   alice2 view " + HASH.text() + "\n" + NAGIOS + "\n";
        assertThat(AuthFile.without(text, "user", "alice"))
                .isEqualTo("# note\n  user   alice2 view " + HASH.text() + "\n" + NAGIOS + "\n");
        assertThat(AuthFile.without(text, "user", "nagios")).isEqualTo(text);
    }
}
