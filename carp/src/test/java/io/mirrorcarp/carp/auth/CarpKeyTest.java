// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CarpKeyTest {
    @Test
    void nineteenBytesOfAPassphraseCount() {
        CarpKey longest = CarpKey.ofPassphrase("1234567890123456789");
        CarpKey longer = CarpKey.ofPassphrase("12345678901234567890");
        assertThat(longer).isEqualTo(longest);
        assertThat(longest.truncated()).isFalse();
        assertThat(longer.truncated()).isTrue();
    }

    @Test
    void bytesCountNotCharacters() {
        CarpKey umlauts = CarpKey.ofPassphrase("ääääääääää");
        assertThat(umlauts.truncated()).isTrue();
        assertThat(umlauts.bytes()).hasSize(19);
    }

    @Test
    void aNulEndsAPassphrase() {
        CarpKey key = CarpKey.ofPassphrase("abc\u0000def");
        assertThat(key).isEqualTo(CarpKey.ofPassphrase("abc"));
        assertThat(key.truncated()).isTrue();
    }

    @Test
    void anEmptyPassphraseIsTheZeroKey() {
        assertThat(CarpKey.ofPassphrase("")).isEqualTo(CarpKey.ofRaw(new byte[20]));
        assertThat(CarpKey.ofPassphrase("").bytes()).isEqualTo(new byte[1]);
    }

    @Test
    void allTwentyRawBytesCountAndNoMoreAreTaken() {
        byte[] raw = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
        assertThat(CarpKey.ofRaw(raw)).isNotEqualTo(CarpKey.ofPassphrase("12345678901234567890"));
        raw[0] = 'x';
        assertThat(CarpKey.ofRaw(raw)).isNotEqualTo(CarpKey.ofRaw(new byte[0]));
        assertThatThrownBy(() -> CarpKey.ofRaw(new byte[21])).hasMessageContaining("20");
    }

    @Test
    void theSecretIsNeverPrinted() {
        AuthSettings settings = AuthSettings.of(1, CarpKey.ofPassphrase("hunter2"));
        assertThat(settings.toString()).doesNotContain("hunter2");
        assertThat(settings.key().toString()).doesNotContain("hunter2").isEqualTo("CarpKey[secret]");
    }
}
