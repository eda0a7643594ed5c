// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Speaks to the daemon: one request, and its responses printed as they come. */
final class ControlClient {
    private static final long FIRST_ANSWER_MILLIS = 15_000;

    private final Path socket;
    private final PrintStream out;
    private final PrintStream err;

    ControlClient(String socket, PrintStream out, PrintStream err) {
        this.socket = Path.of(socket);
        this.out = out;
        this.err = err;
    }

    /** Whether somebody takes connections there. */
    static boolean isAnswered(String socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException expected) {
            return false;
        }
    }

    /** The exit status: the daemon's, or why there is none. */
    int ask(Request request) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return converse(channel, request);
        } catch (IOException e) {
            return unreachable(e);
        }
    }

    private int converse(SocketChannel channel, Request request) {
        Thread watch = watch(channel);
        boolean answered = false;
        try {
            request.writeDelimitedTo(Channels.newOutputStream(channel));
            InputStream responses = Channels.newInputStream(channel);
            while (true) {
                Response response = Response.parseDelimitedFrom(responses);
                watch.interrupt();
                if (response == null) {
                    out.flush();
                    err.println("carpctl: carpd ended" + (answered ? "" : " before it had answered"));
                    return ExitStatus.NO_DAEMON;
                }
                answered = true;
                out.print(response.getOut());
                err.print(response.getErr());
                err.flush();
                // A pipe whose reader is gone: carpctl events -f | head.
                if (out.checkError() || response.getDone()) {
                    return response.getExitStatus();
                }
            }
        } catch (ClosedChannelException expected) {
            err.println("carpctl: carpd does not answer on " + socket + ": is it stopped, or very busy?");
            return ExitStatus.FAILED;
        } catch (IOException e) {
            err.println("carpctl: the connection to carpd broke: " + e.getMessage());
            return ExitStatus.FAILED;
        }
    }

    /** Closes the channel when no answer comes, unless it is interrupted before. */
    private static Thread watch(SocketChannel channel) {
        Thread watch = new Thread(() -> {
            try {
                Thread.sleep(FIRST_ANSWER_MILLIS);
                channel.close();
            } catch (InterruptedException | IOException expected) {
                // The answer came, or the channel is closed already.
            }
        });
        watch.setDaemon(true);
        watch.start();
        return watch;
    }

    private int unreachable(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("Permission denied")) {
            err.println("carpctl: you may not use " + socket + ": only root and its group may");
            return ExitStatus.FAILED;
        }
        String detail = Files.exists(socket) ? "no carpd answers on " : "there is no carpd at ";
        boolean isConfigured = !socket.toString().equals(AdminConfiguration.DEFAULT_SOCKET)
                || Files.exists(Path.of(ConfigurationFile.DEFAULT_PATH));
        String start = isConfigured
                ? "start it"
                : "start it (" + ConfigurationFile.DEFAULT_PATH + " is not there yet: carpctl init makes one)";
        err.println("carpctl: " + detail + socket + ": " + start + ", or name its admin.socket with --socket PATH");
        return ExitStatus.NO_DAEMON;
    }
}
