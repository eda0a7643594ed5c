// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mirrorcarp.proto.control.Request;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the control socket: one request, then its responses. */
final class ControlConnection {
    /** Commands that peers have a part in. */
    private static final Set<String> LONG = Set.of("reload", "confirm", "doctor");

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
        try {
            Words words = new Words(request.getArgumentList());
            if (readOnly && !words.onlyRead()) {
                refuse("members of the admin group may only read; use sudo for this");
                return;
            }
            Look look = new Look(Math.max(0, request.getColumns()), request.getColour());
            if (words.command().equals("events")) {
                new EventStream(vertx, this, events, words).start();
                return;
            }
            if (words.command().equals("states") && !words.has("--missing")) {
                new StateStream(vertx, this, daemon, words).start();
                return;
            }
            if (words.has("--wait") || LONG.contains(words.command())) {
                // So that the client does not take the wait for silence.
                write("");
            }
            // Composed, so that an exception out of the daemon is an answer too. It may come on the loop of another
            // verticle.
            Future.succeededFuture(words)
                    .compose(asked -> commands.run(asked, look))
                    .timeout(Commands.limit(words).toMillis(), TimeUnit.MILLISECONDS)
                    .onSuccess(answer -> context.runOnContext(now -> finish(answer.out(), "", answer.exitStatus())))
                    .onFailure(failure -> context.runOnContext(now -> fail(failure)));
        } catch (CommandFailure failure) {
            fail(failure);
        }
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
