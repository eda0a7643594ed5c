// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.access.Sessions.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionsTest {
    /** A clock of nanoTime may stand anywhere, also before its overflow. */
    private static final long START = Long.parseLong("9223372036854775802");

    private final Random random = new Random(1);
    private final Sessions sessions = new Sessions(() -> {
        byte[] key = new byte[Sessions.KEY_LENGTH];
        random.nextBytes(key);
        return key;
    });

    @Test
    void aSessionLastsAsLongAsItIsUsed() {
        Session session = sessions.begin("alice", START);
        long now = START;
        for (int i = 0; i < 23; i++) {
            now += Sessions.IDLE_LIMIT_NANOS - 1;
            assertThat(sessions.find(session.key(), now)).contains(session);
        }
        assertThat(sessions.isLive(session.key(), now + Sessions.IDLE_LIMIT_NANOS - 1))
                .isTrue();
        assertThat(sessions.isLive(session.key(), now + Sessions.IDLE_LIMIT_NANOS))
                .isFalse();
        assertThat(sessions.find(session.key(), now + Sessions.IDLE_LIMIT_NANOS))
                .isEmpty();
        assertThat(sessions.find(session.key(), now)).isEmpty();
    }

    @Test
    void noSessionIsLongerThanTwelveHours() {
        Session session = sessions.begin("alice", START);
        for (long hours = 0; hours < 25; hours++) {
            assertThat(sessions.find(session.key(), START + hours * (Sessions.LIMIT_NANOS / 25)))
                    .isPresent();
        }
        assertThat(sessions.find(session.key(), START + Sessions.LIMIT_NANOS)).isEmpty();
    }

    @Test
    void theOneThatIsNotUsedGoesFirst() {
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < Sessions.MAXIMUM; i++) {
            all.add(sessions.begin("user" + i, START + i));
        }
        sessions.find(all.get(0).key(), START + 100);
        sessions.begin("one more", START + 101);
        assertThat(sessions.size()).isEqualTo(Sessions.MAXIMUM);
        assertThat(sessions.find(all.get(0).key(), START + 102)).isPresent();
        assertThat(sessions.find(all.get(1).key(), START + 102)).isEmpty();
    }

    @Test
    void keysDifferAndOneEndsWithoutTheOthers() {
        Session first = sessions.begin("alice", START);
        Session second = sessions.begin("alice", START);
        Session other = sessions.begin("bob", START);
        assertThat(List.of(first.key(), first.csrf(), second.key(), second.csrf()))
                .doesNotHaveDuplicates();
        assertThat(first.isCsrf(first.csrf())).isTrue();
        assertThat(first.isCsrf(second.csrf())).isFalse();
        assertThat(first.toString()).doesNotContain(first.key());
        sessions.end(first.key());
        assertThat(sessions.find(first.key(), START)).isEmpty();
        assertThat(sessions.find(second.key(), START)).isPresent();
        sessions.endAllOf("alice");
        assertThat(sessions.find(second.key(), START)).isEmpty();
        assertThat(sessions.find(other.key(), START)).isPresent();
    }
}
