// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Kernel settings below {@code net}, of the network namespace of the calling thread. A setting is named by its path, with slashes, since
 * an interface name may contain dots: {@code ipv4/conf/wan0.5/arp_ignore}.
 */
public final class Sysctl {

    private static final Path ROOT = Path.of("/proc/sys/net");
    private static final int VALUE_BYTES = 4_096;

    private Sysctl() {}

    /** The setting's value without the line end; empty where the kernel has no such setting (or no such interface). */
    public static Optional<String> read(String path) throws IOException {
        try (FileChannel file = FileChannel.open(ROOT.resolve(path), StandardOpenOption.READ)) {
            // In one read: of a number the kernel gives the first read what it asks for, and the next one nothing.
            ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);
            file.read(value);
            return Optional.of(
                    StandardCharsets.UTF_8.decode(value.flip()).toString().strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException("read sysctl net/" + path + ": " + reason(e), e);
        }
    }

    /** Sets it; fails where the kernel has no such setting or refuses the value. */
    public static void write(String path, String value) throws IOException {
        if (!writeIfPresent(path, value)) {
            throw new IOException("set sysctl net/" + path + " to " + value + ": the kernel has no such setting");
        }
    }

    /** Sets it; false where the kernel has no such setting. Fails where it refuses the value. */
    public static boolean writeIfPresent(String path, String value) throws IOException {
        try {
            Files.writeString(ROOT.resolve(path), value + "\n", StandardCharsets.UTF_8, StandardOpenOption.WRITE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new IOException("set sysctl net/" + path + " to " + value + ": " + reason(e), e);
        }
    }

    /** Whether this process may set it: not without the right to, and nobody may where {@code /proc/sys} is mounted read-only. Changes nothing. */
    public static boolean isWritable(String path) {
        try (FileChannel file = FileChannel.open(ROOT.resolve(path), StandardOpenOption.WRITE)) {
            return file.isOpen();
        } catch (IOException e) {
            return false;
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
