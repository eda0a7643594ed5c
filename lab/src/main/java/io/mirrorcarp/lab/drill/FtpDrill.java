// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Active FTP: for each transfer the client tells its address and port, and the server connects to it. Only a router whose connection tracking reads along can
 * translate the one and let the other in; so the copy of the control connection must have its helper.
 */
final class FtpDrill {
    private static final int CONTROL_PORT = 21;
    private static final int DATA_MILLIS = 5_000;
    private static final String HELPER = """
            table ip ftp { ct helper standard { type "ftp" protocol tcp; };
              chain pre { type filter hook prerouting priority filter; tcp dport 21 ct state new ct helper set "standard"; }; }
            """;

    private FtpDrill() {}

    static void run(Stage stage) {
        for (Firewall firewall : stage.firewalls()) {
            firewall.host().nft(HELPER);
        }
        stage.start();
        Topology topology = stage.topology();
        try (TcpFlow control = TcpFlow.open(
                topology.client(),
                topology.server(),
                new InetSocketAddress(Topology.SERVER, CONTROL_PORT),
                Topology.SERVER,
                CONTROL_PORT)) {
            // The helper reads a line only after it has seen the end of one before.
            heard(control, "USER lab");
            stage.claim(transfers(topology, control), "a transfer works through fw-a");
            ConnectionDrills.powerLoss(stage);
            stage.survives(transfers(topology, control), "the next transfer of the same session works through fw-b");
        } catch (IOException e) {
            throw new LabException("the FTP session broke: " + e.getMessage(), e);
        }
    }

    /** PORT, and one byte over the connection that the server opens. */
    private static boolean transfers(Topology topology, TcpFlow control) {
        try (ServerSocket waiting =
                topology.client().call(() -> new ServerSocket(0, 1, InetAddress.getByName(Topology.CLIENT)))) {
            waiting.setSoTimeout(DATA_MILLIS);
            int port = waiting.getLocalPort();
            InetSocketAddress client = address(
                    heard(control, "PORT " + Topology.CLIENT.replace('.', ',') + "," + port / 256 + "," + port % 256));
            try (Socket data = topology.server().call(() -> connected(client));
                    Socket came = waiting.accept()) {
                data.getOutputStream().write(1);
                came.setSoTimeout(DATA_MILLIS);
                return came.getInputStream().read() == 1;
            }
        } catch (IOException | LabException e) {
            return false;
        }
    }

    /** What the server hears of a line that the client says. */
    private static String heard(TcpFlow control, String line) throws IOException {
        control.connected().getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
        control.accepted().setSoTimeout(DATA_MILLIS);
        StringBuilder heard = new StringBuilder();
        int next = control.accepted().getInputStream().read();
        while (next >= 0 && next != '\n') {
            heard.append((char) next);
            next = control.accepted().getInputStream().read();
        }
        return heard.toString().strip();
    }

    private static Socket connected(InetSocketAddress client) throws IOException {
        Socket data = new Socket();
        data.connect(client, DATA_MILLIS);
        return data;
    }

    /** {@code PORT 203,0,113,1,195,80}: the last two are the port. */
    private static InetSocketAddress address(String command) throws IOException {
        String[] parts = command.replaceFirst("^PORT ", "").split(",", -1);
        if (parts.length != 6) {
            throw new IOException("no PORT command: " + command);
        }
        return new InetSocketAddress(
                String.join(".", parts[0], parts[1], parts[2], parts[3]),
                Integer.parseInt(parts[4]) * 256 + Integer.parseInt(parts[5]));
    }
}
