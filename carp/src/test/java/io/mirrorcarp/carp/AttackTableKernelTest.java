// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.CountingSigner;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody on the segment without the key, against a master of each system. README has the table that comes out. */
class AttackTableKernelTest {
    private static final int IP = 14;
    private static final int PAYLOAD = IP + 20;
    /** Version 2, type 1: CARP's and VRRP 2's. */
    private static final byte CARP = 0x21;

    private static final int CARP_BYTES = 36;
    private static final int DEMOTE = 4;
    private static final int COUNTER = 8;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final String BETTER = "the master's last advertisement, as of a better node";
    private static final String AGAIN = "an old advertisement of the master, from another address";
    private static final String DEMOTION = "a demoted master's last advertisement, as of a node that is not demoted";
    private static final String FLOOD = "20,000 made-up ones of a better node in a second";
    private static final int FLOOD_FRAMES = 20_000;
    private static final String OTHERS = "an old one that a better FreeBSD or VRRP router signed";

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    private TestSegment segment;
    private PacketSocket attacker;

    @BeforeEach
    void topology() throws Exception {
        assumeTrue(Boolean.getBoolean("load"), "takes half a minute: bin/test --load");
        for (String program : List.of("ucarp", "keepalived")) {
            assumeTrue(Files.exists(Path.of("/usr/sbin", program)), "needs " + program);
        }
        segment = new TestSegment(directory);
        attacker = TestSegment.openAttacker(segment.client);
    }

    @AfterEach
    void remove() throws Exception {
        endPrograms();
        if (segment != null) {
            attacker.close();
            segment.remove();
        }
    }

    private void endPrograms() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        processes.clear();
    }

    @Test
    void theTableInTheReadmeIsWhatHappens() throws Exception {
        List<List<String>> columns = List.of(ours(true), ours(false), ucarp(), keepalived());
        List<String> attacks = List.of(BETTER, AGAIN, OTHERS, DEMOTION, FLOOD);
        String readme = Files.readString(Path.of("..", "README.md"));
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < attacks.size(); i++) {
            int row = i;
            String line = "| " + attacks.get(i) + " | "
                    + String.join(
                            " | ",
                            columns.stream().map(column -> column.get(row)).toList()) + " |\n";
            table.append(line);
        }
        assertThat(readme).contains(table);
    }

    private List<String> ours(boolean strict) throws Exception {
        VirtualHost plain = host("wan", 7, "eth0", 50, "10.9.0.1/24");
        TestNode node = segment.start(
                segment.firewallA,
                new VirtualHost(
                        plain.name(),
                        plain.carpdev(),
                        plain.settings(),
                        plain.auth().withStrict(strict),
                        plain.group(),
                        plain.addresses(),
                        plain.attachment()));
        TestSegment.awaitHeld(node, "wan");
        TestNode.get(node.verticle().raiseDemotion(DemotionSource.of("test", "", 10, "for the attack", 0)));
        List<String> results =
                attackAll(0, () -> node.state("wan") == CarpState.MASTER, () -> (int) node.changes.stream()
                        .filter(change -> change.from() == CarpState.MASTER && change.to() == CarpState.BACKUP)
                        .count());
        node.stop();
        return results;
    }

    private List<String> ucarp() throws Exception {
        Path pass = Files.writeString(directory.resolve("pass"), TestNode.PASSPHRASE + "\n");
        IntSupplier stepDowns = start(
                "ucarp",
                "Switching to state: BACKUP",
                "--interface=eth0 --srcip=10.9.0.2 --vhid=7 --passfile=" + pass
                        + " --addr=10.9.0.1 --advbase=1 --advskew=50 --upscript=/bin/true --downscript=/bin/true");
        eventually(() -> assertThat(log("ucarp")).contains("Switching to state: MASTER"));
        List<String> results = attackAll(0, () -> isMaster("ucarp", "Switching to state: ", ""), stepDowns);
        // The next program's advertisements are to be the only ones.
        endPrograms();
        return results;
    }

    private List<String> keepalived() throws Exception {
        Path file = Files.writeString(directory.resolve("keepalived.conf"), """
                vrrp_instance wan {
                    state BACKUP
                    interface eth0
                    virtual_router_id 8
                    priority 100
                    advert_int 1
                    virtual_ipaddress {
                        10.9.0.8/24
                    }
                }
                """);
        IntSupplier stepDowns = start(
                "keepalived",
                "Entering BACKUP STATE",
                "--dont-fork --log-console --log-detail --vrrp --use-file=" + file + " --pid=" + directory
                        + "/k.pid --vrrp_pid=" + directory + "/kv.pid");
        eventually(() -> assertThat(log("keepalived")).contains("Entering MASTER STATE"));
        return attackAll(255, () -> isMaster("keepalived", "Entering ", " STATE"), stepDowns);
    }

    private IntSupplier start(String program, String line, String options) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", segment.firewallA, program));
        command.addAll(List.of(options.split(" ")));
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(program + ".log").toFile())
                .start());
        return () -> log(program).split(Pattern.quote(line), -1).length;
    }

    /** Whether its last change, as the log tells it, was to master. */
    private boolean isMaster(String program, String before, String behind) {
        String log = log(program);
        return log.lastIndexOf(before + "MASTER" + behind) > log.lastIndexOf(before + "BACKUP" + behind);
    }

    private String log(String program) {
        try {
            return Files.readString(directory.resolve(program + ".log"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** @param best the value of the open field that makes a better node */
    private List<String> attackAll(int best, BooleanSupplier isMaster, IntSupplier stepDowns) {
        byte[] old = heard();
        List<String> results = new ArrayList<>();
        results.add(attack(isMaster, stepDowns, changed(heard(), best)));
        byte[] again = changed(old, old[PAYLOAD + 2] & 0xff);
        results.add(attack(isMaster, stepDowns, again));
        CountingSigner other = new CountingSigner(
                7,
                CarpKey.ofPassphrase(TestNode.PASSPHRASE),
                host("wan", 7, "eth0", 25, "10.9.0.1/24").addressSet());
        byte[] others = best == 0
                ? AdvertisementFrame.build(Envelope.multicast(7, TestNode.address("10.9.0.200"), 0), other.sign(0, 1))
                : changed(heard(), best);
        results.add(attack(isMaster, stepDowns, others));
        results.add(best == 0 ? attack(isMaster, stepDowns, withoutDemotion(heard())) : "has none");
        results.add(flood(isMaster, stepDowns, changed(heard(), best)));
        return results;
    }

    /** Sends it to a master some times a second, until the master has stepped down or the patience is over. */
    private String attack(BooleanSupplier isMaster, IntSupplier stepDowns, byte[] frame) {
        eventually(() -> assertThat(isMaster.getAsBoolean()).isTrue());
        int before = stepDowns.getAsInt();
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < until) {
            attacker.send(ByteBuffer.allocateDirect(frame.length).put(frame).flip());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            if (stepDowns.getAsInt() > before) {
                return "steps down";
            }
        }
        return "stays";
    }

    /** Like this one, with counters and digests that nobody made; VRRP 2 has none, so there each is a right one. */
    private String flood(BooleanSupplier isMaster, IntSupplier stepDowns, byte[] like) {
        eventually(() -> assertThat(isMaster.getAsBoolean()).isTrue());
        int before = stepDowns.getAsInt();
        Random random = new Random(1);
        ByteBuffer frame = ByteBuffer.allocateDirect(like.length);
        long beganNanos = System.nanoTime();
        for (int i = 0; i < FLOOD_FRAMES; i++) {
            byte[] forged = like.clone();
            if (forged.length >= PAYLOAD + CARP_BYTES && forged[PAYLOAD] == CARP) {
                ByteBuffer.wrap(forged).putLong(PAYLOAD + COUNTER, random.nextLong());
                putSum(ByteBuffer.wrap(forged), PAYLOAD, CARP_BYTES, PAYLOAD + 6);
            }
            attacker.send(frame.clear().put(forged).flip());
            long early = beganNanos + TimeUnit.SECONDS.toNanos(1) / FLOOD_FRAMES * i - System.nanoTime();
            if (early > TimeUnit.MILLISECONDS.toNanos(1)) {
                LockSupport.parkNanos(early);
            }
        }
        long untilNanos = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < untilNanos && stepDowns.getAsInt() == before) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return stepDowns.getAsInt() > before ? "steps down" : "stays";
    }

    private static byte[] withoutDemotion(byte[] heard) {
        byte[] frame = changed(heard, heard[PAYLOAD + 2] & 0xff);
        frame[PAYLOAD + DEMOTE] = 0;
        putSum(ByteBuffer.wrap(frame), PAYLOAD, CARP_BYTES, PAYLOAD + 6);
        return frame;
    }

    /** The next advertisement of the master. */
    private byte[] heard() {
        MessageBatch batch = new MessageBatch(1, 128);
        while (attacker.receive(batch) > 0) {
            batch.clear();
        }
        byte[][] frame = new byte[1][];
        eventually(() -> {
            assertThat(attacker.receive(batch)).isEqualTo(1);
            ByteBuffer payload = batch.payload(0);
            frame[0] = new byte[payload.remaining()];
            payload.get(frame[0]);
        });
        return frame[0];
    }

    /** From 10.9.0.200, with another priority or advskew, and sums that are right. CARP and VRRP 2 have both at the same place. */
    private static byte[] changed(byte[] heard, int open) {
        byte[] frame = heard.clone();
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        buffer.put(PAYLOAD + 2, (byte) open);
        buffer.putInt(IP + 12, 0x0a0900c8);
        putSum(buffer, IP, 20, IP + 10);
        int length = (buffer.getShort(IP + 2) & 0xffff) - 20;
        putSum(buffer, PAYLOAD, length, PAYLOAD + 6);
        return frame;
    }

    private static void putSum(ByteBuffer frame, int start, int length, int place) {
        frame.putShort(place, (short) 0);
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += frame.getShort(start + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        frame.putShort(place, (short) ~sum);
    }
}
