// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final BlockPool MEMORY = PasswordHash.memory();
    private static final byte[] SALT = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** From the tests of the reference implementation, which the argon2 program prints too. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    void theHashesOfTheReferenceImplementationAreUnderstood() {
        PasswordHash hash = PasswordHash.parse(REFERENCE).orElseThrow();
        assertThat(hash.matches("password", MEMORY)).isTrue();
        assertThat(hash.matches("Password", MEMORY)).isFalse();
        assertThat(hash.text()).isEqualTo(REFERENCE);
    }

    @Test
    void aHashMatchesItsPasswordAlone() {
        PasswordHash hash = PasswordHash.of("größer als 8", SALT, MEMORY);
        PasswordHash read = PasswordHash.parse(hash.text()).orElseThrow();
        for (int i = 0; i < 3; i++) {
            assertThat(read.matches("größer als 8", MEMORY)).isTrue();
            assertThat(read.matches("größer als 9", MEMORY)).isFalse();
            assertThat(read.matches("", MEMORY)).isFalse();
        }
        assertThat(hash.toString()).doesNotContain("argon2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$argon2i$v=19$m=7168,t=5,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=7168,t=5,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65537,t=5,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=7168,t=21,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=7168,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=7168,t=5,p=1$c29tZXNhbHQ$short",
                "$argon2id$v=19$m=7168,t=5,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRP",
            })
    void whatIsNoHashOrTakesTooMuchIsRefused(String text) {
        assertThat(PasswordHash.parse(text)).isEmpty();
    }
}
