// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks the daemon what {@link TopPage} shows. The states are counted on a thread of their own, since a big table takes long: at most a tenth of the time is spent on
 * that.
 */
final class TopSource implements AutoCloseable {
    private static final long LEAST_PAUSE_MILLIS = 2_000;
    private static final int SHARE = 10;
    private static final Request.Builder STATS =
            Request.newBuilder().setStats(Request.Stats.newBuilder().setJson(true));
    private static final Request.Builder SUMMARY = Request.newBuilder()
            .setStates(Request.States.newBuilder().setSummary(true).setJson(true));

    private final Carpctl carpctl;
    private final ObjectMapper mapper = new ObjectMapper();
    private final Thread counter = new Thread(this::count, "states");
    private volatile JsonNode states = mapper.createObjectNode();

    TopSource(Carpctl carpctl) {
        this.carpctl = carpctl;
        counter.setDaemon(true);
        counter.start();
    }

    /** What the daemon says now; null where none answers. */
    @Nullable
    TopSample sample() {
        JsonNode status = ask(StatusCommand.request(true));
        JsonNode stats = status == null ? null : ask(STATS);
        return status == null || stats == null ? null : new TopSample(status, stats, System.nanoTime());
    }

    /** The latest count of the states; an empty object before the first. */
    JsonNode states() {
        return states;
    }

    private void count() {
        try {
            while (true) {
                long beginNanos = System.nanoTime();
                JsonNode counted = ask(SUMMARY);
                if (counted != null) {
                    states = counted;
                }
                long millis = (System.nanoTime() - beginNanos) / 1_000_000L;
                Thread.sleep(Math.max(LEAST_PAUSE_MILLIS, SHARE * millis));
            }
        } catch (InterruptedException expected) {
            // The end.
        }
    }

    private @Nullable JsonNode ask(Request.Builder request) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(answer, true, StandardCharsets.UTF_8);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int status = carpctl.ask(request, out, nowhere);
        return status == ExitStatus.OK ? TopCommand.parsed(mapper, answer.toString(StandardCharsets.UTF_8)) : null;
    }

    @Override
    public void close() {
        counter.interrupt();
    }
}
