// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.Request.CommandCase;
import io.mirrorcarp.proto.control.Response;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the control socket: one request, then its responses. */
final class ControlConnection {
    /** Commands that peers have a part in, or that wait. */
    private static final Set<CommandCase> LONG = EnumSet.of(
            CommandCase.RELOAD,
            CommandCase.CONFIRM,
            CommandCase.DOCTOR,
            CommandCase.FAILOVER,
            CommandCase.PASSPHRASE_ROTATE);

    private static final int MAXIMUM_REQUEST = 16_384;
    /** How long the other end may take to send its request, and again to read the last response. */
    private static final long REQUEST_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private static final Logger LOG = LoggerFactory.getLogger("carpd");

    private final Vertx vertx;
    private final Context context;
    private final NetSocket socket;
    private final DaemonCommands daemon;
    private final Commands commands;
    private final EventLog events;
    private final List<Runnable> closers = new ArrayList<>();
    private final DelimitedBuffer received = new DelimitedBuffer(MAXIMUM_REQUEST);
    private final boolean readOnly;
    private boolean requested;
    private boolean closed;

    ControlConnection(Vertx vertx, NetSocket socket, DaemonCommands daemon, EventLog events, boolean readOnly) {
        this.readOnly = readOnly;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.socket = socket;
        this.daemon = daemon;
        this.commands = new Commands(daemon);
        this.events = events;
        socket.closeHandler(gone -> {
            closed = true;
            closers.forEach(Runnable::run);
        });
        socket.exceptionHandler(broken -> socket.close());
    }

    void onClose(Runnable closer) {
        closers.add(closer);
    }

    void open() {
        socket.handler(this::receive);
        long timer = vertx.setTimer(REQUEST_MILLIS, late -> {
            if (!requested) {
                refuse("no complete request within " + TimeUnit.MILLISECONDS.toSeconds(REQUEST_MILLIS) + " s");
            }
        });
        onClose(() -> vertx.cancelTimer(timer));
    }

    /** Answers that the request cannot be taken. */
    void refuse(String sentence) {
        requested = true;
        finish("", "carpctl: " + sentence + "\n", ExitStatus.FAILED);
    }

    private void receive(Buffer bytes) {
        if (requested) {
            return;
        }
        try {
            byte[] message = received.append(bytes.getBytes());
            if (message != null) {
                requested = true;
                handle(Request.parseFrom(message));
            }
        } catch (InvalidProtocolBufferException e) {
            refuse("the request is not one: " + e.getMessage());
        }
    }

    private void handle(Request request) {
        if (readOnly && !isRead(request)) {
            refuse("members of the admin group may only read; use sudo for this");
            return;
        }
        try {
            Optional<StateStream> states = StateStream.of(vertx, this, daemon, request);
            if (request.hasEvents()) {
                new EventStream(vertx, this, events, request.getEvents()).start();
            } else if (states.isPresent()) {
                states.get().start();
            } else {
                answer(request);
            }
        } catch (CommandFailure failure) {
            fail(failure);
        }
    }

    /** Whether it changes nothing, and tells no secret. */
    private static boolean isRead(Request request) {
        return switch (request.getCommandCase()) {
            case STATUS, STATS, EVENTS, DOCTOR, VERSION, STATES, MISSING_STATES -> true;
            case SYSCTL -> !request.getSysctl().hasValue();
            case RELOAD -> request.getReload().getDryRun();
            default -> false;
        };
    }

    private void answer(Request request) throws CommandFailure {
        if (LONG.contains(request.getCommandCase())) {
            // So that the client does not take the wait for silence.
            write("");
        }
        // Composed, so that an exception out of the daemon is an answer too. It may come on the loop of another
        // verticle.
        Future.succeededFuture(request)
                .compose(asked -> commands.run(asked))
                .timeout(Commands.limit(request).toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(answer -> context.runOnContext(now -> finish(answer.out(), "", answer.exitStatus())))
                .onFailure(failure -> context.runOnContext(now -> fail(failure)));
    }

    /** Answers that the command failed, and why. */
    void fail(Throwable failure) {
        if (failure instanceof CommandFailure known) {
            finish("", "carpctl: " + known.getMessage() + "\n", known.exitStatus());
            return;
        }
        LOG.warn("a command of carpctl failed", failure);
        String sentence = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        refuse(sentence);
    }

    /** False while what was written is not yet taken by the other end. */
    boolean isWritable() {
        return !closed && !socket.writeQueueFull();
    }

    void onDrain(Runnable drained) {
        socket.drainHandler(now -> drained.run());
    }

    /** Done when the kernel has it. */
    Future<Void> write(String out) {
        return send(Response.newBuilder().setOut(out).build());
    }

    /** A line for whoever waits, beside the answer. */
    void note(String err) {
        send(Response.newBuilder().setErr(err).build());
    }

    void finish(String out, String err, int exitStatus) {
        send(Response.newBuilder()
                .setOut(out)
                .setErr(err)
                .setDone(true)
                .setExitStatus(exitStatus)
                .build());
        socket.end();
        long timer = vertx.setTimer(REQUEST_MILLIS, late -> socket.close());
        onClose(() -> vertx.cancelTimer(timer));
    }

    private Future<Void> send(Response response) {
        if (closed) {
            return Future.failedFuture("the connection is closed");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            response.writeDelimitedTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes what it is given", e);
        }
        return socket.write(Buffer.buffer(bytes.toByteArray()));
    }
}
