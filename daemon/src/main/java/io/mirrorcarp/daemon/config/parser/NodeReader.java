// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.NodeConfiguration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** Reads the [node] table. */
final class NodeReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");
    private static final Pattern HOST_ID = Pattern.compile("[0-9a-fA-F]{8}");

    private NodeReader() {}

    static NodeConfiguration read(TableReader table, Surroundings surroundings) {
        String name = table.text("name", surroundings.hostName());
        if (!NAME.matcher(name).matches()) {
            table.fault("name", "node.name must be 1 to 63 letters, digits, '.', '_' and '-', not \"" + name + "\"");
        }
        NodeConfiguration node = new NodeConfiguration(name, hostId(table, surroundings, name), stateDir(table));
        table.finish();
        return node;
    }

    private static String stateDir(TableReader table) {
        String directory = table.absolutePath(
                "stateDir", NodeConfiguration.DEFAULT_STATE_DIR, NodeConfiguration.DEFAULT_STATE_DIR);
        if (directory.isEmpty()) {
            table.fault(
                    "stateDir", "stateDir must not be empty; the default is " + NodeConfiguration.DEFAULT_STATE_DIR);
        }
        return directory;
    }

    private static int hostId(TableReader table, Surroundings surroundings, String name) {
        String text = table.text("hostId", "");
        if (!table.has("hostId")) {
            return deriveHostId(surroundings.machineId(), name);
        }
        if (!HOST_ID.matcher(text).matches() || Integer.parseUnsignedInt(text, 16) == 0) {
            table.fault("hostId", "hostId must be 8 hexadecimal digits and not all zero, such as \"6f1c2a90\"");
            return 0;
        }
        return Integer.parseUnsignedInt(text, 16);
    }

    /**
     * The first 4 bytes of SHA-256 over the machine id and the node's name: the same after each restart, and different for nodes that
     * share a machine.
     */
    static int deriveHostId(String machineId, String name) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(machineId.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            byte[] digest = sha256.digest(name.getBytes(StandardCharsets.UTF_8));
            int id = (digest[0] & 0xff) << 24 | (digest[1] & 0xff) << 16 | (digest[2] & 0xff) << 8 | (digest[3] & 0xff);
            return id == 0 ? 1 : id;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
