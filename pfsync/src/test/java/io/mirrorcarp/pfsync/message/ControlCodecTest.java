// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mirrorcarp.proto.pfsync.BulkRequest;
import io.mirrorcarp.proto.pfsync.Heartbeat;
import io.mirrorcarp.proto.pfsync.Repair;
import io.mirrorcarp.proto.pfsync.Report;
import io.mirrorcarp.proto.pfsync.Resignation;
import io.mirrorcarp.proto.pfsync.VirtualHost;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ControlCodecTest {
    private final ControlCodec codec = new ControlCodec();
    private final Control control = new Control();
    private final byte[] buffer = new byte[ControlCodec.MAX_BYTES];

    @Test
    void encodesByteForByteWhatTheGeneratedClassesEncode() {
        for (long seed = 0; seed < 2_000; seed++) {
            fill(control, new Random(seed));
            int end = codec.write(control, buffer, 0);
            assertThat(Arrays.copyOf(buffer, end))
                    .as("seed " + seed)
                    .isEqualTo(generated(control).toByteArray());
        }
    }

    @Test
    void decodesWhatTheGeneratedClassesEncode() {
        for (long seed = 0; seed < 2_000; seed++) {
            Control expected = new Control();
            fill(expected, new Random(seed));
            byte[] bytes = generated(expected).toByteArray();
            Control decoded = new Control();
            assertThat(codec.read(bytes, 0, bytes.length, decoded))
                    .as("seed " + seed)
                    .isNull();
            assertThat(decoded).as("seed " + seed).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    @Test
    void answersDamagedBytesWithARejectionOrValuesInRange() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            fill(control, random);
            int end = codec.write(control, buffer, 0);
            for (int i = 0; end > 0 && i < 3; i++) {
                buffer[random.nextInt(end)] = (byte) random.nextInt();
            }
            int cut = random.nextBoolean() ? end : random.nextInt(end + 1);
            byte[] exact = Arrays.copyOf(buffer, cut);
            if (codec.read(exact, 0, cut, control) == null) {
                assertThat(control.node.length()).isLessThanOrEqualTo(Control.MAX_NAME_BYTES);
                assertThat(control.sent).isNotNegative();
                assertThat(control.reportCount).isLessThanOrEqualTo(Control.MAX_ITEMS);
            }
        }
    }

    @Test
    void refusesANameThatIsTooLong() {
        byte[] bytes = io.mirrorcarp.proto.pfsync.Control.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setNode("x".repeat(65)))
                .build()
                .toByteArray();
        assertThat(codec.read(bytes, 0, bytes.length, control)).isEqualTo(Rejection.BAD_VALUES);
    }

    @Test
    void refusesMoreReportsThanThereIsRoomFor() {
        var builder = io.mirrorcarp.proto.pfsync.Control.newBuilder();
        for (int i = 0; i <= Control.MAX_ITEMS; i++) {
            builder.addReport(Report.newBuilder().setCreatorId(1).setEpoch(1));
        }
        byte[] bytes = builder.build().toByteArray();
        assertThat(codec.read(bytes, 0, bytes.length, control)).isEqualTo(Rejection.BAD_VALUES);
    }

    @Test
    void refusesMoreResignationsThanThereIsRoomFor() {
        var builder = io.mirrorcarp.proto.pfsync.Control.newBuilder();
        for (int i = 0; i <= Control.MAX_ITEMS; i++) {
            builder.addResignation(Resignation.newBuilder().setVhid(1).setAddresses(i));
        }
        byte[] bytes = builder.build().toByteArray();
        assertThat(codec.read(bytes, 0, bytes.length, control)).isEqualTo(Rejection.BAD_VALUES);
    }

    @Test
    void refusesAResignationOfAVhidOutOfRange() {
        for (int vhid : new int[] {0, 256, -1}) {
            byte[] bytes = io.mirrorcarp.proto.pfsync.Control.newBuilder()
                    .addResignation(Resignation.newBuilder().setVhid(vhid))
                    .build()
                    .toByteArray();
            assertThat(codec.read(bytes, 0, bytes.length, control))
                    .as("vhid " + vhid)
                    .isEqualTo(Rejection.BAD_VALUES);
        }
    }

    @Test
    void refusesAnAnswerOfMorePartsThanThereAreAndAQuestionWithoutAName() {
        var long65 = io.mirrorcarp.proto.pfsync.Answer.newBuilder().setId(1).setParts(Answer.MAX_PARTS + 1);
        var beyond = io.mirrorcarp.proto.pfsync.Answer.newBuilder()
                .setId(1)
                .setParts(2)
                .setPart(2);
        var nameless = io.mirrorcarp.proto.pfsync.Question.newBuilder().setText("configuration");
        for (var builder : List.of(
                io.mirrorcarp.proto.pfsync.Control.newBuilder().setAnswer(long65),
                io.mirrorcarp.proto.pfsync.Control.newBuilder().setAnswer(beyond),
                io.mirrorcarp.proto.pfsync.Control.newBuilder().setQuestion(nameless))) {
            byte[] bytes = builder.build().toByteArray();
            assertThat(codec.read(bytes, 0, bytes.length, control)).isEqualTo(Rejection.BAD_VALUES);
        }
    }

    @Test
    void aNameCannotMoveACursor() {
        byte[] bytes = io.mirrorcarp.proto.pfsync.Control.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setNode("fw\u001b[2J\n\u202eb"))
                .build()
                .toByteArray();
        assertThat(codec.read(bytes, 0, bytes.length, control)).isNull();
        assertThat(control.node).isEqualTo("fw?[2J??b");
    }

    @Test
    void cutsItsOwnNameToWhatAPeerAccepts() {
        control.clear();
        control.heartbeat = true;
        control.node = "ä".repeat(60);
        int end = codec.write(control, buffer, 0);
        assertThat(codec.read(buffer, 0, end, control)).isNull();
        assertThat(control.node).isEqualTo("ä".repeat(32));
    }

    private static void fill(Control control, Random random) {
        control.clear();
        control.heartbeat = random.nextBoolean();
        if (control.heartbeat) {
            control.node = "node-" + random.nextInt(1000);
            control.capabilities = random.nextInt();
            control.lowestVersion = 1 + random.nextInt(2);
            control.highestVersion = 1 + random.nextInt(300);
            control.sent = positive(random);
            control.oldest = positive(random);
            control.interruptions = positive(random);
            control.complete = random.nextBoolean();
            control.demoted = random.nextBoolean();
            control.entries = positive(random);
            control.digest = random.nextLong();
            control.table = random.nextInt(3) == 0 ? 0 : random.nextLong();
            control.frameBytes = random.nextInt(9_000);
        }
        control.announcement = random.nextBoolean() ? Announcement.NONE : announcement(random);
        control.goodbye = random.nextBoolean();
        control.question = random.nextBoolean()
                ? null
                : new Question(
                        id(random), epoch(random), "what " + random.nextInt(), random.nextInt(64), count(random));
        control.answer = random.nextBoolean() ? null : answer(random);
        for (int i = random.nextInt(Control.MAX_ITEMS + 1); i > 0; i--) {
            control.addReport(
                    id(random),
                    epoch(random),
                    positive(random),
                    positive(random),
                    random.nextInt(10_000),
                    random.nextBoolean());
        }
        for (int i = random.nextInt(Control.MAX_ITEMS + 1); i > 0; i--) {
            control.addResignation(1 + random.nextInt(255), random.nextLong());
        }
        for (int i = random.nextInt(Control.MAX_ITEMS + 1); i > 0; i--) {
            control.addRepair(id(random), epoch(random), positive(random), positive(random));
        }
        for (int i = random.nextInt(Control.MAX_ITEMS + 1); i > 0; i--) {
            control.addBulkRequest(
                    id(random),
                    epoch(random),
                    positive(random),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    RandomChanges.buckets(random));
        }
    }

    private static Announcement announcement(Random random) {
        Announcement all = whole(random);
        int total = random.nextInt(12, 100);
        return all.hosts().size() < 12 && random.nextBoolean()
                ? all
                : new Announcement(
                        all.version(),
                        all.abilities(),
                        all.notReady(),
                        all.hosts(),
                        all.settings(),
                        random.nextInt(total),
                        total);
    }

    private static Announcement whole(Random random) {
        return new Announcement(
                "0." + random.nextInt(9),
                random.nextInt(16),
                IntStream.range(0, random.nextInt(5))
                        .mapToObj(i -> "reason " + i)
                        .toList(),
                IntStream.range(0, random.nextInt(13))
                        .mapToObj(i -> new Announcement.Host(
                                "h" + i,
                                1 + random.nextInt(255),
                                random.nextLong(),
                                random.nextInt(256),
                                i == 3,
                                List.of(),
                                random.nextLong(1L << 36),
                                random.nextLong(1L << 40),
                                senders(random)))
                        .toList(),
                random.nextBoolean() ? 0 : random.nextLong());
    }

    private static List<InetAddress> senders(Random random) {
        return IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> {
                    byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
                    random.nextBytes(bytes);
                    return address(bytes);
                })
                .toList();
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Answer answer(Random random) {
        byte[] text = new byte[random.nextInt(Answer.MAX_PART_BYTES + 1)];
        random.nextBytes(text);
        int parts = 1 + random.nextInt(Answer.MAX_PARTS);
        return new Answer(id(random), epoch(random), random.nextInt(parts), parts, text);
    }

    private static int count(Random random) {
        return random.nextInt(Integer.MAX_VALUE);
    }

    private static int id(Random random) {
        return random.nextInt() | 1;
    }

    private static long epoch(Random random) {
        return random.nextLong() | 1;
    }

    private static long positive(Random random) {
        return random.nextInt(4) == 0 ? 0 : random.nextLong() >>> (1 + random.nextInt(62));
    }

    private static io.mirrorcarp.proto.pfsync.Control generated(Control control) {
        var builder = io.mirrorcarp.proto.pfsync.Control.newBuilder().setGoodbye(control.goodbye);
        if (control.heartbeat) {
            builder.setHeartbeat(Heartbeat.newBuilder()
                    .setNode(control.node)
                    .setCapabilities(control.capabilities)
                    .setSent(control.sent)
                    .setOldest(control.oldest)
                    .setInterruptions(control.interruptions)
                    .setComplete(control.complete)
                    .setDemoted(control.demoted)
                    .setEntries(control.entries)
                    .setDigest(control.digest)
                    .setTable(control.table)
                    .setFrameBytes(control.frameBytes)
                    .setLowestVersion(control.lowestVersion == 1 ? 0 : control.lowestVersion)
                    .setHighestVersion(control.highestVersion == 1 ? 0 : control.highestVersion));
        }
        addDialogue(control, builder);
        for (int i = 0; i < control.reportCount; i++) {
            builder.addReport(Report.newBuilder()
                    .setCreatorId(control.reportCreatorId[i])
                    .setEpoch(control.reportEpoch[i])
                    .setHeard(control.reportHeard[i])
                    .setApplied(control.reportApplied[i])
                    .setWindow(control.reportWindow[i])
                    .setEqual(control.reportEqual[i]));
        }
        for (int i = 0; i < control.repairCount; i++) {
            builder.addRepair(Repair.newBuilder()
                    .setCreatorId(control.repairCreatorId[i])
                    .setEpoch(control.repairEpoch[i])
                    .setFrom(control.repairFrom[i])
                    .setTo(control.repairTo[i]));
        }
        for (int i = 0; i < control.bulkRequestCount; i++) {
            builder.addBulkRequest(BulkRequest.newBuilder()
                    .setCreatorId(control.bulkCreatorId[i])
                    .setEpoch(control.bulkEpoch[i])
                    .setId(control.bulkRequestId[i])
                    .setEverything(control.bulkEverything[i])
                    .setCompare(control.bulkCompare[i])
                    .setDump(control.bulkDump[i])
                    .setBuckets(GeneratedChanges.buckets(control.bulkBuckets[i])));
        }
        for (int i = 0; i < control.resignationCount; i++) {
            builder.addResignation(Resignation.newBuilder()
                    .setVhid(control.resignationVhid[i])
                    .setAddresses(control.resignationAddresses[i]));
        }
        if (control.announcement.isPresent()) {
            builder.setAnnouncement(generated(control.announcement));
        }
        return builder.build();
    }

    private static void addDialogue(Control control, io.mirrorcarp.proto.pfsync.Control.Builder builder) {
        Question question = control.question;
        if (question != null) {
            builder.setQuestion(io.mirrorcarp.proto.pfsync.Question.newBuilder()
                    .setCreatorId(question.creatorId())
                    .setId(question.id())
                    .setText(question.text())
                    .setPart(question.part())
                    .setAgeMillis(question.ageMillis()));
        }
        Answer answer = control.answer;
        if (answer != null) {
            builder.setAnswer(io.mirrorcarp.proto.pfsync.Answer.newBuilder()
                    .setCreatorId(answer.creatorId())
                    .setId(answer.id())
                    .setPart(answer.part())
                    .setParts(answer.parts())
                    .setText(com.google.protobuf.ByteString.copyFrom(answer.text())));
        }
    }

    private static io.mirrorcarp.proto.pfsync.Announcement generated(Announcement announcement) {
        io.mirrorcarp.proto.pfsync.Announcement.Builder builder = io.mirrorcarp.proto.pfsync.Announcement.newBuilder()
                .setVersion(announcement.version())
                .setAbilities(announcement.abilities())
                .setSettings(announcement.settings())
                .addAllNotReady(announcement.notReady());
        if (announcement.total() >= 12) {
            builder.setFirst(announcement.first()).setTotal(announcement.total());
        }
        announcement
                .hosts()
                .forEach(host -> builder.addVirtualHost(VirtualHost.newBuilder()
                        .setName(host.name())
                        .setVhid(host.vhid())
                        .setAddresses(host.addresses())
                        .setAdvbase(host.advbase())
                        .setMaster(host.master())
                        .setSequence(host.sequence())
                        .setMasterMillis(host.masterMillis())
                        .addAllAdvertiser(host.senders().stream()
                                .map(sender -> ByteString.copyFrom(sender.getAddress()))
                                .toList())));
        return builder.build();
    }
}
