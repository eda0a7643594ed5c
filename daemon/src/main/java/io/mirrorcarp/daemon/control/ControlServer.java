// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

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
 * deployment fails when another daemon serves the same path.
 */
public final class ControlServer extends VerticleBase {
    private static final int MAXIMUM_CONNECTIONS = 32;

    private final Path path;
    private volatile String group;
    private final DaemonCommands daemon;
    private final EventLog events;
    /** Which the socket has where the configuration names none. */
    private volatile String ownGroup = "";

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
        NetServer server = vertx.createNetServer();
        server.connectHandler(this::accept);
        return blocking(() -> SocketPath.clear(path))
                .compose(cleared -> server.listen(SocketAddress.domainSocketAddress(path.toString())))
                .compose(listening -> blocking(() -> {
                    ownGroup = Files.readAttributes(path, PosixFileAttributes.class)
                            .group()
                            .getName();
                    SocketPath.open(path, group);
                    return path;
                }));
    }

    @Override
    public Future<?> stop() {
        return blocking(() -> Files.deleteIfExists(path));
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
