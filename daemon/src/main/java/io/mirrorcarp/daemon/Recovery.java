// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Removes what a carpd left that died, and puts its settings of the kernel back. It comes before the configuration is read: a file that is faulty now must
 * not keep a router with half of its predecessor.
 */
final class Recovery {
    private Recovery() {}

    /** Beside the control socket: it lasts as long as the kernel's settings do, and there is one for each daemon. */
    static Path restoreFile(Path socket) {
        return Path.of(socket + ".restore");
    }

    /** Does nothing while another carpd with this control socket runs, or where none has ever run. */
    static void run(Path socket, Ground ground) {
        Path directory = socket.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return;
        }
        try {
            InstanceLock lock = InstanceLock.take(socket);
            try {
                ground.carpNetwork(restoreFile(socket)).addresses().recover();
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            LoggerFactory.getLogger("carpd").debug("what an earlier process left is not looked for", e);
        }
    }
}
