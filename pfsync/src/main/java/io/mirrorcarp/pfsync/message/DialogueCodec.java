// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes and reads a {@link Question} and an {@link Answer} within a control message. Not thread-safe. */
final class DialogueCodec {
    /** Whatever is asked or answered, no more bytes. */
    static final int MAX_BYTES = 2 * 48 + Question.MAX_TEXT_BYTES + Answer.MAX_PART_BYTES;

    private int creatorId;
    private long id;
    private long third;
    private long fourth;
    private byte[] text = new byte[0];

    void write(Question question, WireWriter writer, int field) {
        int start = begin(writer, field, question.creatorId(), question.id());
        byte[] bytes = question.text().getBytes(StandardCharsets.UTF_8);
        writer.bytesFieldIfSet(3, bytes, Math.min(bytes.length, Question.MAX_TEXT_BYTES));
        writer.varintFieldIfSet(4, question.part());
        writer.varintFieldIfSet(5, question.ageMillis());
        writer.end(start);
    }

    void write(Answer answer, WireWriter writer, int field) {
        int start = begin(writer, field, answer.creatorId(), answer.id());
        writer.varintFieldIfSet(3, answer.part());
        writer.varintFieldIfSet(4, answer.parts());
        writer.bytesFieldIfSet(5, answer.text());
        writer.end(start);
    }

    private static int begin(WireWriter writer, int field, int creatorId, long id) {
        int start = writer.begin(field);
        writer.fixed32FieldIfSet(1, creatorId);
        writer.fixed64FieldIfSet(2, id);
        return start;
    }

    /** Reads one to the end of {@code reader}; null when a value is out of range. */
    @Nullable
    Question readQuestion(WireReader reader) {
        clear();
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> creatorId = reader.fixed32();
                case 2 -> id = reader.fixed64();
                case 3 -> readText(reader, Question.MAX_TEXT_BYTES);
                case 4 -> third = reader.varint();
                case 5 -> fourth = reader.varint();
                default -> reader.skip();
            }
        }
        boolean inRange = id != 0 && third >= 0 && third < Answer.MAX_PARTS && fourth >= 0;
        return inRange
                ? new Question(
                        creatorId,
                        id,
                        ControlCodec.printable(new String(text, StandardCharsets.UTF_8)),
                        (int) third,
                        (int) Math.min(fourth, Integer.MAX_VALUE))
                : null;
    }

    /** Reads one to the end of {@code reader}; null when a value is out of range. */
    @Nullable
    Answer readAnswer(WireReader reader) {
        clear();
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> creatorId = reader.fixed32();
                case 2 -> id = reader.fixed64();
                case 3 -> third = reader.varint();
                case 4 -> fourth = reader.varint();
                case 5 -> readText(reader, Answer.MAX_PART_BYTES);
                default -> reader.skip();
            }
        }
        boolean inRange = id != 0 && third >= 0 && third < fourth && fourth <= Answer.MAX_PARTS;
        return inRange ? new Answer(creatorId, id, (int) third, (int) fourth, text) : null;
    }

    private void clear() {
        creatorId = 0;
        id = 0;
        third = 0;
        fourth = 0;
        text = new byte[0];
    }

    private void readText(WireReader reader, int limit) {
        int length = reader.length();
        text = Arrays.copyOfRange(reader.buffer(), reader.position(), reader.position() + Math.min(length, limit));
        reader.advance(length);
    }
}
