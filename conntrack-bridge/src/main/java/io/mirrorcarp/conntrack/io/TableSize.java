// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many entries the table has, and how many it may have: nf_conntrack_count and nf_conntrack_max. The files stay open, and so
 * stay those of the network namespace in which they were opened.
 */
final class TableSize implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("/proc/sys/net/netfilter");
    private static final int DIGITS = 32;

    private final FileChannel count;
    private final FileChannel maximum;

    private TableSize(FileChannel count, FileChannel maximum) {
        this.count = count;
        this.maximum = maximum;
    }

    static TableSize open() throws IOException {
        FileChannel count = FileChannel.open(DIRECTORY.resolve("nf_conntrack_count"), StandardOpenOption.READ);
        try {
            return new TableSize(
                    count, FileChannel.open(DIRECTORY.resolve("nf_conntrack_max"), StandardOpenOption.READ));
        } catch (IOException e) {
            count.close();
            throw e;
        }
    }

    long entries() {
        return read(count);
    }

    long limit() {
        return read(maximum);
    }

    private static long read(FileChannel file) {
        try {
            ByteBuffer text = ByteBuffer.allocate(DIGITS);
            file.read(text, 0);
            return Long.parseLong(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (count) {
            maximum.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
