// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.Sessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people of {@code web.auth}. What {@code carpctl web user} changes counts within a second: the file is read again when it has changed, by a thread
 * that may wait. A file that cannot be read, or that others can read, has nobody in it.
 */
final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger("carpd");
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAXIMUM_LENGTH = 262_144;

    private final Vertx vertx;
    private final Optional<Path> file;
    private final Sessions sessions;
    private @Nullable Future<AuthFile> reading;
    private long readNanos;
    private Reading latest = new Reading(FileTime.fromMillis(0), -1, AuthFile.EMPTY);

    private record Reading(FileTime modified, long length, AuthFile people) {}

    Accounts(Vertx vertx, Optional<Path> file, Sessions sessions) {
        this.vertx = vertx;
        this.file = file;
        this.sessions = sessions;
    }

    /** Whether anybody can log in at all. */
    boolean exist() {
        return file.isPresent();
    }

    /** As the file was a second ago at most. Completes on the event loop that asks. */
    Future<AuthFile> people() {
        if (file.isEmpty()) {
            return Future.succeededFuture(AuthFile.EMPTY);
        }
        long nowNanos = System.nanoTime();
        if (reading != null && nowNanos - readNanos < FRESH_NANOS) {
            return reading;
        }
        readNanos = nowNanos;
        Reading before = latest;
        reading = vertx.executeBlocking(() -> read(file.get(), before)).map(now -> {
            endSessionsOfChanged(before.people(), now.people());
            latest = now;
            return now.people();
        });
        return reading;
    }

    private static Reading read(Path path, Reading before) {
        try {
            FileTime modified = Files.getLastModifiedTime(path);
            long length = Files.size(path);
            if (modified.equals(before.modified()) && length == before.length()) {
                return before;
            }
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            if ((mode & 0077) != 0 || length > MAXIMUM_LENGTH) {
                throw new IOException("others can read it, or it is too long: chmod 600 " + path);
            }
            AuthFile people = AuthFile.parse(Files.readString(path));
            people.faults().forEach(fault -> LOG.warn("{}:{}", path, fault));
            return new Reading(modified, length, people);
        } catch (IOException e) {
            LOG.warn("nobody can log in to the web pages: {}", e.toString());
            return new Reading(FileTime.fromMillis(0), -1, AuthFile.EMPTY);
        }
    }

    private void endSessionsOfChanged(AuthFile before, AuthFile now) {
        before.users().forEach((name, user) -> {
            AuthFile.User still = now.users().get(name);
            if (still == null || !still.hash().text().equals(user.hash().text())) {
                sessions.endAllOf(name);
            }
        });
    }
}
