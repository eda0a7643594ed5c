// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** An agent that takes all of the heap of the JVM that it is loaded into. */
public final class MemoryHog {
    private static final int PIECE_BYTES = 1 << 20;

    private MemoryHog() {}

    /** What the JVM calls in its process. */
    public static void agentmain(String arguments) {
        Object[] pieces = {};
        while (!Thread.interrupted()) {
            pieces = new Object[] {pieces, new byte[PIECE_BYTES]};
        }
    }

    /** Makes the agent's file, for {@code jcmd PID JVMTI.agent_load FILE}. */
    static Path jar(Path directory) throws IOException {
        Path jar = directory.resolve("hog.jar");
        String name = MemoryHog.class.getName();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Agent-Class"), name);
        String entry = name.replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream code = MemoryHog.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
        }
        return jar;
    }
}
