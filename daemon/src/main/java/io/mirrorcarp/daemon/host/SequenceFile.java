// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.carp.SequenceMemory;
import io.mirrorcarp.carp.auth.SequenceMark;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far the sequences of the virtual hosts have come: a file in the state directory, one line for each virtual host, with the sequence that is reserved and the one that was heard.
 *
 * <pre>
 * 1@wan0 18022 17990
 * </pre>
 *
 * A file that is not there or cannot be read means that nothing is known: then the peers tell it. Thread-safe.
 */
public final class SequenceFile implements SequenceMemory {
    private final DurableFile file;
    private final Executor writer;
    private final Consumer<String> trouble;
    private final Map<String, SequenceMark> marks = new TreeMap<>();
    private boolean writing;
    private boolean changed;
    private boolean failing;

    /**
     * Reads the file.
     *
     * @param stateDir made when it is needed and missing
     * @param writer runs what may wait for the disk
     * @param trouble told once, when the file cannot be written any longer
     */
    public SequenceFile(String stateDir, Executor writer, Consumer<String> trouble) {
        this.file = new DurableFile(stateDir, "carp.sequences");
        this.writer = writer;
        this.trouble = trouble;
        try {
            file.read().lines().forEach(this::read);
        } catch (IOException nothingKnown) {
            marks.clear();
        }
    }

    private void read(String line) {
        String[] words = line.split(" ", -1);
        try {
            marks.put(words[0], new SequenceMark(Long.parseLong(words[1]), Long.parseLong(words[2])));
        } catch (IndexOutOfBoundsException | IllegalArgumentException notOurs) {
            marks.remove(words[0]);
        }
    }

    @Override
    public synchronized SequenceMark before(String subject) {
        return marks.getOrDefault(subject, SequenceMark.NONE);
    }

    @Override
    public synchronized void keep(String subject, SequenceMark mark) {
        if (mark.equals(marks.put(subject, mark))) {
            return;
        }
        changed = true;
        if (!writing) {
            writing = true;
            writer.execute(this::write);
        }
    }

    private void write() {
        synchronized (file) {
            String content = takeChanges();
            while (content != null) {
                writeOnce(content);
                content = takeChanges();
            }
        }
    }

    private synchronized @Nullable String takeChanges() {
        writing = changed;
        changed = false;
        return writing ? content() : null;
    }

    /** At the end: what is to be kept is on the disk when this returns. */
    public void finish() {
        synchronized (this) {
            changed |= failing;
        }
        write();
    }

    private String content() {
        StringBuilder lines = new StringBuilder();
        marks.forEach((subject, mark) -> lines.append(subject + " " + mark.reserved() + " " + mark.heard() + "\n"));
        return lines.toString();
    }

    private void writeOnce(String content) {
        try {
            file.write(content);
            failing = false;
        } catch (ClosedByInterruptException atTheEnd) {
            // The thread is told to end while it writes; finish() writes it again.
            failing = true;
        } catch (IOException e) {
            if (!failing) {
                trouble.accept("cannot keep the sequences of advertisements: " + FileProblem.of(e)
                        + "; after a restart, peers may refuse this node until it has heard one of them");
            }
            failing = true;
        }
    }
}
