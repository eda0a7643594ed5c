// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The two native libraries of carpd, jffi's and Netty's, unpacked once: by the build into {@code target/native}, by the package into
 * {@code /usr/lib/carpd/native}. Without this each start unpacks them in {@code /tmp}, which a hardened host mounts with {@code noexec}. The launchers name the
 * directory in {@code java.library.path} and {@code jffi.boot.library.path}.
 */
public final class NativeLibraries {
    /** What a host whose {@code /tmp} does not serve, and where they were not unpacked, is told. */
    public static final String WAY_OUT = "the native libraries cannot be loaded: the directory for temporary files, "
            + System.getProperty("java.io.tmpdir") + ", is read-only, full or mounted noexec; give another one with"
            + " CARPD_JAVA_OPTIONS=-Djava.io.tmpdir=DIRECTORY";

    private NativeLibraries() {}

    /** Unpacks those of this machine's processor into the directory that is given. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, String> library :
                resources(System.getProperty("os.arch", "")).entrySet()) {
            try (InputStream content = NativeLibraries.class.getResourceAsStream("/" + library.getKey())) {
                if (content == null) {
                    System.err.println("no " + library.getKey() + " for this processor");
                    System.exit(1);
                } else {
                    Path fresh = directory.resolve(library.getValue() + ".new");
                    Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(fresh, directory.resolve(library.getValue()), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    /** Resource to file name. */
    private static Map<String, String> resources(String architecture) {
        String jffi = architecture.equals("amd64") ? "x86_64" : architecture;
        String netty = architecture.equals("amd64") ? "x86_64" : architecture.replace("aarch64", "aarch_64");
        Map<String, String> resources = new LinkedHashMap<>();
        resources.put("jni/" + jffi + "-Linux/libjffi-1.2.so", "libjffi-1.2.so");
        String epoll = "libnetty_transport_native_epoll_" + netty + ".so";
        resources.put("META-INF/native/" + epoll, epoll);
        return resources;
    }
}
