// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.it.kinds.Kind.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Flows of each kind go through a real failover and back: first the addresses move and the first firewall keeps its table, then it loses power and comes back with none. Without
 * replication the same flows die. All kinds share the pair, and each is judged by itself.
 */
@Isolated
class KindsIT {
    /** What happened to each kind first that should not; empty where it went on. */
    private static final Map<String, String> ENDED = new ConcurrentHashMap<>();

    private static final Map<String, String> ENDED_WITHOUT_PFSYNC = new ConcurrentHashMap<>();
    private static String logs = "";
    private static long uncarried;

    private static String reasons() {
        StringBuilder text = new StringBuilder();
        ENDED.forEach((kind, why) -> text.append(kind).append(": ").append(why).append('\n'));
        text.append("without replication\n");
        ENDED_WITHOUT_PFSYNC.forEach(
                (kind, why) -> text.append(kind).append(": ").append(why).append('\n'));
        return text.toString();
    }

    static Iterable<Kind> kinds() {
        return Kinds.ALL;
    }

    @BeforeAll
    static void run() throws Exception {
        try (KindsBed bed = new KindsBed(true, Kinds.PROTOCOLS)) {
            bed.start();
            Map<Kind, Conversation> conversations = open(bed, ENDED);
            bed.awaitPreferred();
            uncarried = bed.a.stats().path("conntrack").path("uncarried").asLong();
            bed.maintenance(true);
            go(conversations, "after maintenance on", ENDED);
            bed.maintenance(false);
            go(conversations, "after maintenance off", ENDED);
            bed.powerLoss();
            go(conversations, "after the loss of power", ENDED);
            bed.powerReturns();
            go(conversations, "after power came back", ENDED);
            logs = bed.logs();
            conversations.values().forEach(Conversation::close);
        }
        System.out.println(reasons());
        try (KindsBed bed = new KindsBed(false, "")) {
            bed.start();
            Map<Kind, Conversation> conversations = open(bed, ENDED_WITHOUT_PFSYNC);
            bed.powerLoss();
            go(conversations, "after the loss of power", ENDED_WITHOUT_PFSYNC);
            conversations.values().forEach(Conversation::close);
        }
    }

    private static Map<Kind, Conversation> open(KindsBed bed, Map<String, String> ended) {
        Map<Kind, Conversation> conversations = new LinkedHashMap<>();
        for (Kind kind : Kinds.ALL) {
            try {
                conversations.put(kind, kind.opening().open(bed));
            } catch (Exception e) {
                ended.put(kind.name(), "could not begin: " + e);
            }
        }
        return conversations;
    }

    /** All at once: those that are dead wait for their limit side by side. */
    private static void go(Map<Kind, Conversation> conversations, String when, Map<String, String> ended)
            throws InterruptedException {
        Map<Kind, Thread> threads = new LinkedHashMap<>();
        conversations.forEach((kind, conversation) -> threads.put(kind, new Thread(() -> {
            Optional<String> why = conversation.go();
            why.ifPresent(text -> ended.putIfAbsent(kind.name(), when + ": " + text));
        })));
        threads.values().forEach(Thread::start);
        for (Thread thread : threads.values()) {
            thread.join();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFlowOfThisKindHasTheFateThatTheTableTells(Kind kind) {
        String ended = ENDED.getOrDefault(kind.name(), "");
        if (kind.fate() == Fate.NOT_CARRIED) {
            assertThat(ended).as(kind.name() + " went on: the table is wrong").startsWith("after");
        } else {
            assertThat(ended).as(kind.name() + logs).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void withoutReplicationItDiesUnlessItBeginsAnew(Kind kind) {
        String ended = ENDED_WITHOUT_PFSYNC.getOrDefault(kind.name(), "");
        if (kind.fate() == Fate.BEGINS_ANEW) {
            assertThat(ended).as(kind.name()).isEmpty();
        } else {
            assertThat(ended)
                    .as(kind.name() + " went on without replication: this shows nothing")
                    .startsWith("after");
        }
    }

    @Test
    void whatIsNotCarriedIsCountedAndSaid() {
        assertThat(uncarried).isPositive();
        assertThat(logs)
                .contains("flows of GRE are not replicated")
                .contains("flows of the helper pptp are not replicated")
                .contains("flows of an expectation that a rule set")
                .contains("flows of the helper Q.931 are not replicated")
                .contains("flows of the helper RAS are not replicated");
    }

    @Test
    void theReadmesTableIsThatOfTheseResults() throws IOException {
        StringBuilder table = new StringBuilder("| flow | as tested | carried |\n|---|---|---|\n");
        for (Kind kind : Kinds.ALL) {
            boolean goesOn = ENDED.getOrDefault(kind.name(), "").isEmpty();
            boolean needed = !ENDED_WITHOUT_PFSYNC.getOrDefault(kind.name(), "").isEmpty();
            String carried = goesOn ? needed ? "yes" : "yes; it would begin anew" : "no, and counted";
            table.append("| ")
                    .append(kind.name())
                    .append(" | ")
                    .append(kind.how())
                    .append(" | ")
                    .append(carried)
                    .append(" |\n");
        }
        String readme = Files.readString(Path.of(System.getProperty("mirrorcarp.home"), "README.md"));
        assertThat(readme).as("README.md, section \"What is carried\"").contains(table.toString());
    }
}
