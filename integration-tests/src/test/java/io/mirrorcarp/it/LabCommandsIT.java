// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code carpctl lab up}, {@code fail}, {@code status} and {@code down}, typed as their own output says. */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes half a minute: bin/test --load")
class LabCommandsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern REPAIR = Pattern.compile("bring it back with: \\S*/carpctl (.*)");
    private static final Pattern LOOK = Pattern.compile("--socket (\\S+)/fw-a/admin.sock status");

    private String id = "";
    private String standing = "";

    private static CommandResult carpctl(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.home().resolve("bin/carpctl").toString());
        command.addAll(List.of(arguments));
        return Commands.run(command, "", LIMIT);
    }

    private static String said(String... arguments) {
        CommandResult result = carpctl(arguments);
        assertThat(result.exitStatus()).as(result.toString()).isZero();
        return result.out();
    }

    /** On a busy machine the master may be asked in a moment in which it is none. */
    private static String eventually(String... arguments) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> carpctl(arguments), CommandResult::succeeded)
                .out();
    }

    @BeforeEach
    void up() {
        standing = said("lab", "up");
        Matcher found = Pattern.compile("carpctl lab down ([0-9a-f]{6})").matcher(standing);
        assertThat(found.find()).as(standing).isTrue();
        id = found.group(1);
    }

    @AfterEach
    void down() {
        if (!id.isEmpty()) {
            assertThat(said("lab", "down", id)).isEqualTo("removed " + id + "\n");
            assertThat(said("lab", "status")).doesNotContain(id);
        }
    }

    @Test
    void aLabIsStruckAndBroughtBackByTheLinesThatItPrints() {
        assertThat(said("lab", "status")).contains(id + "  kept").contains("fw-a", "fw-b");
        for (List<String> blow : List.of(
                List.of("--how", "link"),
                List.of("--how", "power"),
                List.of("--how", "stop"),
                List.of("--how", "maintenance"),
                List.of("flap"),
                List.of("two-masters"))) {
            awaitStatus("fw-a", "MASTER 2/2", "Failover ready: yes");
            List<String> fail = new ArrayList<>(List.of("lab", "fail", id));
            fail.addAll(blow);
            String struck = eventually(fail.toArray(String[]::new));
            assertThat(struck).startsWith("fw-a ");
            Matcher repair = REPAIR.matcher(struck);
            assertThat(repair.find()).as(struck).isTrue();
            if (!blow.equals(List.of("flap"))) {
                awaitStatus("fw-b", "MASTER 2/2");
            }
            assertThat(said(repair.group(1).split(" "))).startsWith("fw-a ");
        }
        awaitStatus("fw-a", "MASTER 2/2", "Failover ready: yes");
    }

    /** By the line that {@code lab up} printed for fw-a. */
    private void awaitStatus(String host, String... wanted) {
        Matcher look = LOOK.matcher(standing);
        assertThat(look.find()).as(standing).isTrue();
        String socket = look.group(1) + "/" + host + "/admin.sock";
        Awaitility.await(host + " is " + String.join(", ", wanted))
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(said("--socket", socket, "status")).contains(wanted));
    }

    @Test
    void whatCannotBeIsToldWithWhatThereIs() {
        assertThat(carpctl("lab", "fail", id, "flop").err()).contains("flop: neither a lab", "flap", "two-masters");
        assertThat(carpctl("lab", "fail", id, "--node", "fw-z").err())
                .contains("fw-z: no firewall; there is fw-a, fw-b");
        assertThat(carpctl("lab", "fail", id, "--repair").err()).contains("is down that way", "--node");
        assertThat(carpctl("lab", "fail", "ffffff").exitStatus()).isNotZero();
    }
}
