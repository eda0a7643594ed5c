// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.ExitStatus;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "token", description = "Programs that use the HTTP interface.", synopsisSubcommandLabel = "COMMAND")
final class WebTokenCommand implements Runnable {
    private static final int TOKEN_LENGTH = 32;

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

    @Command(
            name = "add",
            description = "Makes a token and prints it, this once: send it as Authorization: Bearer TOKEN.")
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            defaultValue = "view",
                            description = "view or operate (default: ${DEFAULT-VALUE}).")
                    String roleText) {
        WebPeople people = file.people(web);
        Optional<Role> role = people.role(roleText);
        if (role.isEmpty() || !people.isName(name)) {
            return ExitStatus.USAGE;
        }
        byte[] random = new byte[TOKEN_LENGTH];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        int status = people.change("token", name, Optional.of(AuthFile.tokenLine(name, role.get(), token)));
        if (status == ExitStatus.OK) {
            web.carpctl().out().println(token);
        }
        return status;
    }

    @Command(name = "delete", description = "Takes a token out.")
    int delete(@Parameters(paramLabel = "NAME") String name) {
        return file.people(web).change("token", name, Optional.empty());
    }

    @Command(name = "list", description = "Lists the tokens with their roles.")
    int list() {
        return file.people(web).list("token");
    }
}
