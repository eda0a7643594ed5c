// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's keepalived on a host of a test, with one virtual router, of the id 7, on eth0. */
final class Keepalived implements AutoCloseable {
    private final TestSegment segment;
    private final String namespace;
    private final List<String> addresses;
    private final Process process;
    private final Path log;

    /**
     * Its virtual router.
     *
     * @param version 2 or 3
     * @param interval in seconds
     * @param addresses the virtual ones, with the lengths of their prefixes
     * @param more lines for its instance
     */
    record Router(int version, int priority, String interval, List<String> addresses, String more) {
        Router withPriority(int changed) {
            return new Router(version, changed, interval, addresses, more);
        }

        private String text() {
            return """
                    global_defs {
                      router_id test
                      vrrp_version %d
                      vrrp_garp_master_delay 1
                    }
                    vrrp_instance wan {
                      state BACKUP
                      interface eth0
                      virtual_router_id 7
                      priority %d
                      advert_int %s
                      %s
                      virtual_ipaddress {
                        %s
                      }
                    }
                    """.formatted(version, priority, interval, more, String.join("\n    ", addresses));
        }
    }

    private Keepalived(TestSegment segment, String namespace, List<String> addresses, Process process, Path log) {
        this.segment = segment;
        this.namespace = namespace;
        this.addresses = addresses;
        this.process = process;
        this.log = log;
    }

    /** Starts it; it waits for a master, as one that is told {@code state BACKUP}. */
    static Keepalived start(TestSegment segment, String namespace, Router router) throws IOException {
        Path directory =
                Files.createTempDirectory(segment.restoreFile(namespace).getParent(), "keepalived");
        Path file = directory.resolve("keepalived.conf");
        Path log = directory.resolve("log");
        Files.writeString(file, router.text());
        Process process = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        namespace,
                        "keepalived",
                        "--dont-fork",
                        "--log-console",
                        "--log-detail",
                        "--vrrp",
                        "--use-file=" + file,
                        "--pid=" + directory.resolve("keepalived.pid"),
                        "--vrrp_pid=" + directory.resolve("vrrp.pid"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Keepalived(segment, namespace, router.addresses(), process, log);
    }

    /** Whether its kernel has the virtual addresses. */
    boolean isMaster() {
        String present = segment.net.run(namespace, "ip -o addr show dev eth0");
        return addresses.stream().allMatch(address -> present.contains(" " + address + " "));
    }

    /** What it has logged. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** It says that it leaves. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** It says nothing. The parent would restart its child, and the child says good-bye when the parent is gone first. */
    void kill() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        segment.net.run(namespace, "ip addr flush dev eth0 to 10.9.0.1/32");
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
