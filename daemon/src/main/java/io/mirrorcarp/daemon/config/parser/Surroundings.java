// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.Secret;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the checks ask of the machine. */
public interface Surroundings {
    /** The host name, the default of node.name. */
    String hostName();

    /** What tells this machine from others, and stays over restarts; empty when the machine has nothing of the kind. */
    String machineId();

    /** The names of the interfaces of this network namespace. */
    Set<String> interfaceNames();

    /** The name of the interface that has this alternative name, ip-link(8); empty when none has. */
    default Optional<String> interfaceOf(String alternativeName) {
        return Optional.empty();
    }

    /** Why an interface that is there cannot be a carpdev, whatever is done to it; empty where it can, or that is not known. */
    default Optional<String> carpdevProblem(String name) {
        return Optional.empty();
    }

    /** The addresses of the interfaces of this network namespace. */
    Set<InetAddress> addresses();

    /** The interface on which an address is configured without an end, so not by a daemon that holds it on lease; empty where there is none. */
    Optional<String> configuredOn(InetAddress address);

    /**
     * Whether an interface has an IPv4 address other than these; true where that is not known, as of an interface that does not exist.
     *
     * @param except the virtual addresses, which a master has
     */
    default boolean hasOwnIpv4(String device, Set<InetAddress> except) {
        return true;
    }

    /** Reads a file that holds a key or a passphrase. A relative path starts at the directory of the configuration file. */
    FileReading readKeyFile(String path);

    /** True when this machine has the group. */
    boolean hasGroup(String name);

    /** Why the PEM texts of a certificate and of a private key cannot be used together; empty when they can. */
    Optional<String> certificateProblem(Secret certificate, Secret key);

    /** Why a program may not be run by the daemon, and what would be right; empty when it may. */
    Optional<String> programProblem(String path);

    /** Why the programs of a directory may not be run by the daemon, and what would be right; empty when they may. */
    Optional<String> directoryProblem(String path);

    /**
     * What came of reading a file.
     *
     * @param path its absolute path
     * @param content its bytes; empty when there is a problem
     * @param mode its permission bits, such as 0600
     * @param problem why it cannot be read, such as "no such file"; null when it was
     */
    record FileReading(
            String path, Secret content, int mode, @Nullable String problem) {
        private static final String NO_SUCH_FILE = "no such file";

        public static FileReading failed(String path, String problem) {
            return new FileReading(path, Secret.EMPTY, 0, problem);
        }

        /** There is no such file, yet. */
        public static FileReading missing(String path) {
            return new FileReading(path, Secret.EMPTY, 0, NO_SUCH_FILE);
        }

        public boolean isMissing() {
            return NO_SUCH_FILE.equals(problem);
        }

        public static FileReading of(String path, Secret content, int mode) {
            return new FileReading(path, content, mode, null);
        }
    }
}
