// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.PasswordHash;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "user", description = "People who log in to the web pages.", synopsisSubcommandLabel = "COMMAND")
final class WebUserCommand implements Runnable {
    private static final int MINIMUM_LENGTH = 8;
    private static final int MAXIMUM_LENGTH = 1024;

    @ParentCommand
    private WebCommand web;

    @Spec
    private CommandSpec spec;

    @Mixin
    private AuthFileOption file = new AuthFileOption();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: add, delete or list");
    }

    @Command(name = "add", description = "Adds a user, or gives one another password or role. Asks for the password.")
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            defaultValue = "operate",
                            description = "view or operate (default: ${DEFAULT-VALUE}).")
                    String roleText,
            @Option(names = "--password-stdin", description = "Read the password from standard input, one line.")
                    boolean fromInput) {
        WebPeople people = file.people(web);
        Optional<Role> role = people.role(roleText);
        if (role.isEmpty() || !people.isName(name)) {
            return ExitStatus.USAGE;
        }
        String password;
        try {
            password = fromInput ? line() : typed();
        } catch (IOException e) {
            return people.fail(String.valueOf(e.getMessage()));
        }
        byte[] salt = new byte[PasswordHash.SALT_LENGTH];
        new SecureRandom().nextBytes(salt);
        PasswordHash hash = PasswordHash.of(password, salt, PasswordHash.memory());
        return people.change("user", name, Optional.of(AuthFile.userLine(name, role.get(), hash)));
    }

    @Command(name = "delete", description = "Takes a user out; whoever is logged in is out too.")
    int delete(@Parameters(paramLabel = "NAME") String name) {
        return file.people(web).change("user", name, Optional.empty());
    }

    @Command(name = "list", description = "Lists the users with their roles.")
    int list() {
        return file.people(web).list("user");
    }

    private static String line() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        return checked(line == null ? "" : line);
    }

    @SuppressWarnings("SystemConsoleNull") // Java 17 has no Console.isTerminal
    private static String typed() throws IOException {
        Console console = System.console();
        if (console == null) {
            throw new IOException("there is no terminal to ask on; give --password-stdin");
        }
        char[] first = console.readPassword("Password: ");
        char[] second = console.readPassword("Again: ");
        if (first == null || second == null || !Arrays.equals(first, second)) {
            throw new IOException("the two are not the same; nothing was changed");
        }
        return checked(new String(first));
    }

    private static String checked(String password) throws IOException {
        if (password.length() < MINIMUM_LENGTH || password.length() > MAXIMUM_LENGTH) {
            throw new IOException(
                    "a password has " + MINIMUM_LENGTH + " to " + MAXIMUM_LENGTH + " characters; nothing was changed");
        }
        return password;
    }
}
