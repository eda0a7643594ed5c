// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.MemoryCarpNetwork;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.conntrack.io.KernelChecks;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.firewall.LabKeys;
import io.mirrorcarp.pfsync.ReplicatedTable;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.io.LinuxSyncNetwork;
import io.mirrorcarp.pfsync.io.MemorySyncNetwork;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does once what carpd does when it starts, so that the JVM can archive the classes that it takes: run by the build. Two nodes meet in memory, so it
 * needs neither root nor a network; what only the kernel's network takes is loaded by name. No part of carpd uses it.
 */
final class Rehearsal {
    private static final long LIMIT_SECONDS = 20;
    private static final long MEETING_LIMIT_SECONDS = 3;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 20;

    private static final String CONFIGURATION = """
            [node]
            name = "NODE"
            stateDir = "DIRECTORY/NODE.state"
            [global]
            preempt = true
            advbase = 0
            [carp.wan]
            vhid = 1
            carpdev = "lan0"
            advskew = SKEW
            passFile = "carp.key"
            address = ["203.0.113.1/24", "2001:db8::1/64"]
            [pfsync]
            syncdev = "lo"
            keys = { 1 = "sync.key" }
            [admin]
            socket = "DIRECTORY/NODE.sock"
            """;

    /** The network that the nodes share. */
    private final MemoryCarpNetwork.Segment segment = new MemoryCarpNetwork.Segment();

    private final MemorySyncNetwork sync = new MemorySyncNetwork();
    private final Path directory;

    private Rehearsal(Path directory) {
        this.directory = directory;
    }

    /** Ends with status 0 when the nodes did what they should, and in any case: the build waits for it, and an event loop would go on. */
    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            System.exit(1);
        });
        System.exit(rehearse() ? 0 : 1);
    }

    private static boolean rehearse() throws Exception {
        Path directory = Files.createTempDirectory("carpd");
        try {
            loadAll();
            LabKeys.random().write(directory);
            meetOverLoopback();
            return new Rehearsal(directory).run();
        } finally {
            delete(directory);
        }
    }

    /** Loads this project's classes: most of those that were not used here need rights, or an accident. */
    private static void loadAll() throws IOException, ClassNotFoundException {
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            loadAll(Path.of(element));
            Path libraries = Path.of(element).resolveSibling("lib");
            try (Stream<Path> files = Files.list(libraries)) {
                for (Path jar : files.toList()) {
                    loadAll(jar);
                }
            }
        }
    }

    private static void loadAll(Path jar) throws IOException, ClassNotFoundException {
        try (JarFile opened = new JarFile(jar.toFile())) {
            for (JarEntry entry : opened.stream().toList()) {
                String name = entry.getName();
                boolean ours = name.startsWith("io/mirrorcarp/")
                        && !name.startsWith("io/mirrorcarp/ctl/")
                        && !name.startsWith("io/mirrorcarp/lab/");
                if (ours && name.endsWith(".class") && !name.endsWith("package-info.class")) {
                    String type = name.substring(0, name.length() - ".class".length());
                    Class.forName(type.replace('/', '.'), false, Rehearsal.class.getClassLoader());
                }
            }
        }
    }

    /** Two peers connect over TCP as on a sync device. Where they cannot, for the port is taken, the classes load when a node meets its first peer. */
    private static void meetOverLoopback() throws InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Vertx vertx = Wiring.makeVertx();
        LinuxSyncNetwork network = new LinuxSyncNetwork();
        Context context = vertx.getOrCreateContext();
        Promise<Void> met = Promise.promise();
        context.runOnContext(nothing -> network.localAddress(context, "lo", loopback)
                .compose(own -> network.listen(context, own, accepted -> met.complete()))
                .compose(listening -> network.connect(context, loopback)
                        .compose(connected -> met.future())
                        .eventually(listening))
                .eventually(vertx::close)
                .onFailure(Throwable::printStackTrace));
        try {
            met.future().toCompletionStage().toCompletableFuture().get(MEETING_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("two peers did not meet over TCP: " + e);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        Wiring preferred = start("fw-a", 5);
        Wiring other = start("fw-b", 6);
        boolean met = await("fw-a", "\"state\":\"master\"")
                && await("fw-a", "\"in-sync\"")
                && await("fw-b", "\"in-sync\"")
                && ask("fw-a", Request.newBuilder().setStatus(Request.Status.getDefaultInstance()))
                && ask("fw-a", Request.newBuilder().setStats(Request.Stats.getDefaultInstance()))
                && ask("fw-a", Request.newBuilder().setPfsyncVerify(Request.PfsyncVerify.getDefaultInstance()));
        boolean preferredStopped = stop(preferred);
        return stop(other) && preferredStopped && met;
    }

    private Wiring start(String node, int skew) throws IOException {
        ConfigurationResult result = configure(directory, node, skew);
        Preparation preparation = new Preparation();
        result.faultLines().forEach(System.err::println);
        Configuration configuration = result.configuration().orElseThrow();
        Wiring wiring = new Wiring(
                directory.resolve(node + ".toml").toString(),
                configuration,
                new Memory(),
                preparation.await(),
                Throwable::printStackTrace);
        wiring.start().onFailure(Throwable::printStackTrace);
        return wiring;
    }

    /** Writes the configuration of a node, and reads it as the daemon does, which waits for an interface that is not there. */
    static ConfigurationResult configure(Path directory, String node, int skew) throws IOException {
        Path file = directory.resolve(node + ".toml");
        String text = CONFIGURATION
                .replace("DIRECTORY", directory.toString())
                .replace("NODE", node)
                .replace("SKEW", String.valueOf(skew));
        Files.writeString(file, text);
        return ConfigurationFile.loadToRun(file.toString());
    }

    private static boolean stop(Wiring wiring) throws InterruptedException {
        var stopped = wiring.stop().toCompletionStage().toCompletableFuture();
        try {
            stopped.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Waits until the status has a text in it. */
    private boolean await(String node, String wanted) throws InterruptedException {
        long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() < latest) {
            if (answer(node, ControlSocket.STATUS).replace(" ", "").contains(wanted)) {
                return true;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private boolean ask(String node, Request.Builder request) {
        return !answer(node, request.build()).isEmpty();
    }

    private String answer(String node, Request request) {
        try {
            return ControlSocket.call(directory.resolve(node + ".sock"), request, ANSWER_LIMIT)
                    .out();
        } catch (IOException e) {
            return "";
        }
    }

    /** A node that has stopped may still be at its last write, so a file that comes or goes meanwhile is no failure. */
    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("left behind: " + e);
        }
    }

    private final class Memory implements Ground {
        @Override
        public CarpNetwork carpNetwork(Path restoreFile) {
            return new MemoryCarpNetwork(Map.of("lan0", segment));
        }

        @Override
        public SyncNetwork syncNetwork() {
            return sync;
        }

        @Override
        public KernelChecks.Report check() {
            return new KernelChecks.Report(List.of(), List.of());
        }

        @Override
        public Table openTable(ConntrackSettings settings) {
            return new Table(
                    new EmptyTable(),
                    Map::of,
                    Map::of,
                    () -> 0,
                    asymmetric -> {},
                    Optional::empty,
                    chosen -> Future.succeededFuture());
        }
    }

    /** Nothing opens a flow, so nothing is written. */
    private static final class EmptyTable implements ReplicatedTable {
        private @Nullable Context context;
        private @Nullable StateEvents events;

        @Override
        public Future<Void> start(Context newContext, StateEvents newEvents) {
            context = newContext;
            events = newEvents;
            return Future.succeededFuture();
        }

        @Override
        public void continueDump() {
            StateEvents told = Objects.requireNonNull(events);
            Objects.requireNonNull(context).runOnContext(nothing -> told.onDumpBatchEnd(true));
        }

        @Override
        public boolean find(StateRecord key, StateRecord found) {
            return false;
        }

        @Override
        public boolean takeRefused(RefusedImport refused) {
            return false;
        }

        @Override
        public void insert(StateRecord state) {}

        @Override
        public void update(StateRecord state) {}

        @Override
        public void delete(StateRecord state) {}

        @Override
        public void flush() {}

        @Override
        public void startDump(boolean inBackground) {}

        @Override
        public void cancelDump() {}

        @Override
        public void close() {}
    }
}
