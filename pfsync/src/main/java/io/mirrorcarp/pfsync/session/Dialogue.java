// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Answer;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.Question;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Questions of one node to another and their answers. The one who asks repeats the question until the answer is there, part by part; the other one keeps the last
 * answer to each peer and gives the part that is asked for. So a lost frame costs a repetition, and no question is carried out twice. To each peer, and from
 * each, there is one question at a time.
 */
public final class Dialogue {
    private static final long REPEAT_NANOS = 100_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Hears what becomes of a question. One of the two is called, once. */
    public interface Asker {
        void answered(String text);

        /** No whole answer came in time, or the peer is gone. */
        void unanswered();
    }

    /** What is kept of a peer. */
    private static final class Exchange {
        // Asked by this node.
        @Nullable
        Asker asker;

        Question question = new Question(0, 0, "", 0, 0);
        final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        long askedNanos;
        long repeatNanos;
        long latestNanos;
        // Asked by the peer.
        long answeredId;
        byte @Nullable [] answer;
    }

    private final PeerTable peers;
    private final ControlSender sender;
    private final RandomGenerator random;
    private final int self;
    private final PerPeer<Exchange> exchanges = new PerPeer<>(Exchange::new);
    private final Control control = new Control();

    /** @param random for the ids of questions */
    public Dialogue(SessionParts parts, RandomGenerator random) {
        peers = parts.peers();
        sender = parts.control();
        self = parts.settings().creatorId();
        this.random = random;
    }

    /**
     * Asks a peer.
     *
     * @param text at most {@link Question#MAX_TEXT_BYTES} bytes of UTF-8; a longer one is cut
     * @param latestNanos when to give up
     */
    public void ask(int creatorId, String text, long latestNanos, Asker asker, long nowNanos) {
        Peer peer = peers.find(creatorId);
        if (peer == null || !peer.isListening() || exchanges.of(peer).asker != null) {
            asker.unanswered();
            return;
        }
        Exchange exchange = exchanges.of(peer);
        exchange.asker = asker;
        exchange.question = new Question(creatorId, random.nextLong(1, Long.MAX_VALUE), text, 0, 0);
        exchange.parts.reset();
        exchange.askedNanos = nowNanos;
        exchange.repeatNanos = nowNanos;
        exchange.latestNanos = latestNanos;
        flush(nowNanos);
    }

    /**
     * A control message of a session has come.
     *
     * @return the question in it, where it is for this node and was not heard before
     */
    public @Nullable Question onControl(Peer peer, Control received, long nowNanos) {
        Answer answer = received.answer;
        if (answer != null && answer.creatorId() == self) {
            onAnswer(peer, answer, nowNanos);
        }
        Question question = received.question;
        if (question == null || question.creatorId() != self) {
            return null;
        }
        Exchange exchange = exchanges.of(peer);
        if (exchange.answeredId == question.id()) {
            sendAnswer(peer, question.part(), nowNanos);
            return null;
        }
        exchange.answeredId = question.id();
        exchange.answer = null;
        return question;
    }

    private void onAnswer(Peer peer, Answer answer, long nowNanos) {
        Exchange exchange = exchanges.of(peer);
        Question question = exchange.question;
        Asker asker = exchange.asker;
        if (asker == null || answer.id() != question.id() || answer.part() != question.part()) {
            return;
        }
        exchange.parts.writeBytes(answer.text());
        if (answer.part() + 1 == answer.parts()) {
            exchange.asker = null;
            asker.answered(exchange.parts.toString(StandardCharsets.UTF_8));
        } else {
            exchange.question =
                    new Question(question.creatorId(), question.id(), question.text(), question.part() + 1, 0);
            exchange.repeatNanos = nowNanos;
        }
    }

    /**
     * The answer to a question of a peer is there. It is cut where it is longer than {@link Answer#MAX_PARTS} parts.
     *
     * @param creatorId who asked
     * @param id of the question; the answer is dropped where the peer has asked another one since
     */
    public void answer(int creatorId, long id, String text, long nowNanos) {
        Peer peer = peers.find(creatorId);
        if (peer == null) {
            return;
        }
        Exchange exchange = exchanges.of(peer);
        if (exchange.answeredId == id && exchange.answer == null) {
            exchange.answer = text.getBytes(StandardCharsets.UTF_8);
            sendAnswer(peer, 0, nowNanos);
        }
    }

    private void sendAnswer(Peer peer, int part, long nowNanos) {
        Exchange exchange = exchanges.of(peer);
        byte[] whole = exchange.answer;
        if (whole == null) {
            return;
        }
        int parts = Math.max(1, Math.min(Answer.MAX_PARTS, (whole.length - 1) / Answer.MAX_PART_BYTES + 1));
        int from = part * Answer.MAX_PART_BYTES;
        if (part < parts) {
            int to = Math.min(whole.length, from + Answer.MAX_PART_BYTES);
            control.clear();
            control.answer =
                    new Answer(peer.creatorId(), exchange.answeredId, part, parts, Arrays.copyOfRange(whole, from, to));
            sender.send(control, nowNanos);
        }
    }

    /** Asks what is due, and gives up what is late. */
    public void flush(long nowNanos) {
        for (Peer peer : peers.all()) {
            Exchange exchange = exchanges.of(peer);
            Asker asker = exchange.asker;
            if (asker != null && (nowNanos - exchange.latestNanos >= 0 || !peer.isListening())) {
                exchange.asker = null;
                asker.unanswered();
            } else if (asker != null && nowNanos - exchange.repeatNanos >= 0) {
                exchange.repeatNanos = nowNanos + REPEAT_NANOS;
                Question question = exchange.question;
                int ageMillis = (int) ((nowNanos - exchange.askedNanos) / NANOS_PER_MILLI);
                control.clear();
                control.question =
                        new Question(question.creatorId(), question.id(), question.text(), question.part(), ageMillis);
                sender.send(control, nowNanos);
            }
        }
    }

    /** When {@link #flush(long)} has something to do, or {@link Long#MAX_VALUE}. */
    public long deadlineNanos() {
        long deadline = Long.MAX_VALUE;
        for (Peer peer : peers.all()) {
            Exchange exchange = exchanges.of(peer);
            if (exchange.asker != null) {
                deadline = Math.min(deadline, Math.min(exchange.repeatNanos, exchange.latestNanos));
            }
        }
        return deadline;
    }
}
