// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/** Changes {@code web.auth}, one line at a time. The other lines stay as they are, and the daemon takes the change within a second. */
final class WebPeople {
    private final Carpctl carpctl;
    private final Path file;

    WebPeople(Carpctl carpctl, String file) {
        this.carpctl = carpctl;
        this.file = Path.of(file);
    }

    /** A line that puts one in, or takes one out where it is empty. */
    int change(String kind, String name, Optional<String> line) {
        try {
            String text = read();
            String others = AuthFile.without(text, kind, name);
            if (line.isEmpty() && others.equals(text)) {
                return fail("there is no " + kind + " \"" + name + "\" in " + file);
            }
            PrivateFile.replace(file, others + line.map(added -> added + "\n").orElse(""));
            return ExitStatus.OK;
        } catch (IOException e) {
            return fail(file + " cannot be written: " + FileProblem.of(e));
        }
    }

    int list(String kind) {
        try {
            AuthFile people = AuthFile.parse(read());
            people.faults().forEach(fault -> carpctl.err().println("carpctl: " + file + ":" + fault));
            if (kind.equals("user")) {
                people.users().values().stream()
                        .sorted(Comparator.comparing(AuthFile.User::name))
                        .forEach(user -> print(user.name(), user.role()));
            } else {
                people.tokens().values().stream()
                        .sorted(Comparator.comparing(AuthFile.Token::name))
                        .forEach(token -> print(token.name(), token.role()));
            }
            return ExitStatus.OK;
        } catch (IOException e) {
            return fail(file + " cannot be read: " + FileProblem.of(e));
        }
    }

    private void print(String name, Role role) {
        carpctl.out().println(name + "  " + role.text());
    }

    private String read() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException expected) {
            return "";
        }
    }

    /** The role that a word names; empty, and said, where it names none. */
    Optional<Role> role(String text) {
        Optional<Role> role = Role.ofText(text);
        if (role.isEmpty()) {
            fail("--role must be view or operate, not " + text);
        }
        return role;
    }

    boolean isName(String name) {
        if (AuthFile.isName(name)) {
            return true;
        }
        fail("a name has 1 to 32 letters, digits, '.', '_', '@' and '-'");
        return false;
    }

    int fail(String sentence) {
        carpctl.err().println("carpctl: " + sentence);
        return ExitStatus.FAILED;
    }
}
