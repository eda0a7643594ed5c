// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.net.LabProcess;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One ping(8) that goes on, with one identifier. */
final class PingConversation implements Conversation {
    private static final long POLL_NANOS = 50_000_000;

    private final LabProcess process;

    private PingConversation(LabProcess process) {
        this.process = process;
    }

    static Conversation open(KindsBed bed, String name, String address) {
        return new PingConversation(bed.client.spawn("ping-" + name, "ping", "-n", "-i", "0.2", address));
    }

    @Override
    public Optional<String> go() {
        long wanted = answers() + 3;
        long deadlineNanos = System.nanoTime() + KindsBed.ANSWER_LIMIT.toNanos();
        while (answers() < wanted) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                return Optional.of("no answers");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Optional.empty();
    }

    private long answers() {
        return process.log()
                .lines()
                .filter(line -> line.contains("icmp_seq") && line.contains("time="))
                .count();
    }

    @Override
    public void close() {
        process.kill();
    }
}
