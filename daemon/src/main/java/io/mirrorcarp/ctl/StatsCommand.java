// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "stats", description = "The counters, as netstat -s names them.")
final class StatsCommand implements Callable<Integer> {
    /** What can be counted. */
    enum Protocol {
        carp,
        pfsync,
        conntrack
    }

    @ParentCommand
    private Carpctl carpctl;

    @Option(
            names = {"-p", "--protocol"},
            paramLabel = "PROTOCOL",
            description = "Only one: ${COMPLETION-CANDIDATES}.")
    private @Nullable Protocol protocol;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Override
    public Integer call() {
        Request.Stats.Builder stats = Request.Stats.newBuilder().setJson(json);
        if (protocol != null) {
            stats.setProtocol(
                    switch (protocol) {
                        case carp -> Request.Stats.Protocol.CARP;
                        case pfsync -> Request.Stats.Protocol.PFSYNC;
                        case conntrack -> Request.Stats.Protocol.CONNTRACK;
                    });
        }
        return carpctl.ask(Request.newBuilder().setStats(stats));
    }
}
