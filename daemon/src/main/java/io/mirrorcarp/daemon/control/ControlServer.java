// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.daemon.host.FileProblem;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.concurrent.Callable;

/**
 * Serves the control socket: a unix stream socket of mode 0660 that takes one request on each connection. Deployed as a verticle; its
 * deployment fails when another daemon serves the same path. Where the socket cannot be made for another reason, that is told and tried again: a node does not need it.
 */
public final class ControlServer extends VerticleBase {
    private static final int MAXIMUM_CONNECTIONS = 32;
    private static final long RETRY_MILLIS = 1_000;

    private final Path path;
    private volatile String group;
    private final DaemonCommands daemon;
    private final EventLog events;
    /** Which the socket has where the configuration names none. */
    private volatile String ownGroup = "";

    private volatile boolean opened;
    private volatile boolean stopped;
    private int connections;

    /**
     * Makes the server; deploying it opens the socket.
     *
     * @param path where the socket is made; its directory is made when it is missing
     * @param group the group whose members may read through it; empty for none
     */
    public ControlServer(Path path, String group, DaemonCommands daemon, EventLog events) {
        this.path = path;
        this.group = group;
        this.daemon = daemon;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        return open().recover(failure -> {
            if (failure instanceof SocketPath.Answered) {
                return Future.failedFuture(failure);
            }
            events.warn(
                    "carpd",
                    "the control socket " + path + " cannot be made: " + FileProblem.of(failure)
                            + "; carpctl finds no daemon until it can, all else works, and it is tried again");
            retry();
            return Future.succeededFuture();
        });
    }

    private void retry() {
        vertx.setTimer(RETRY_MILLIS, timer -> {
            if (!stopped) {
                open().onSuccess(opened -> events.report("carpd", "the control socket " + path + " is there now"))
                        .onFailure(failure -> retry());
            }
        });
    }

    private Future<Void> open() {
        NetServer server = vertx.createNetServer();
        server.connectHandler(this::accept);
        return blocking(() -> SocketPath.clear(path))
                .compose(cleared -> server.listen(SocketAddress.domainSocketAddress(path.toString())))
                .compose(listening -> blocking(() -> {
                    ownGroup = Files.readAttributes(path, PosixFileAttributes.class)
                            .group()
                            .getName();
                    SocketPath.open(path, group);
                    opened = true;
                    return path;
                }))
                .recover(failure -> server.close().transform(closed -> Future.failedFuture(failure)))
                .mapEmpty();
    }

    /** Leaves alone what is not its own socket. */
    @Override
    public Future<?> stop() {
        stopped = true;
        return blocking(() -> opened && Files.deleteIfExists(path));
    }

    /** Lets the members of another group in from now on; of none, where that is empty. Fails where there is no such group, and changes nothing then. */
    public Future<Void> admit(String members) {
        return blocking(() -> {
                    SocketPath.open(path, members.isEmpty() ? ownGroup : members);
                    return path;
                })
                .onSuccess(open -> group = members)
                .mapEmpty();
    }

    private <T> Future<T> blocking(Callable<T> task) {
        return vertx.executeBlocking(task);
    }

    private void accept(NetSocket socket) {
        boolean readOnly = !group.isEmpty() && !PeerUser.of(socket).isOwner();
        ControlConnection connection = new ControlConnection(vertx, socket, daemon, events, readOnly);
        connections++;
        connection.onClose(() -> connections--);
        if (connections > MAXIMUM_CONNECTIONS) {
            connection.refuse("carpd answers " + MAXIMUM_CONNECTIONS + " others already; try again");
        } else {
            connection.open();
        }
    }
}
