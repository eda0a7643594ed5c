// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "key", description = "Keys of the state channel.", synopsisSubcommandLabel = "COMMAND")
final class KeyCommand implements Runnable {
    private static final FileAttribute<?> MODE_0600 =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: new");
    }

    @Command(name = "new", description = "Write a random key into a new file of mode 0600; both nodes need the same.")
    int create(@Parameters(paramLabel = "FILE", description = "It must not be there yet.") String file) {
        byte[] key = new byte[KeyFile.MINIMUM_LENGTH];
        new SecureRandom().nextBytes(key);
        String line = Base64.getEncoder().encodeToString(key) + "\n";
        try (var channel = Files.newByteChannel(Path.of(file), NEW_FILE, MODE_0600)) {
            channel.write(StandardCharsets.US_ASCII.encode(line));
            carpctl.out().println(file + ": a new key; copy it to the peer, and keep its mode");
            return ExitStatus.OK;
        } catch (FileAlreadyExistsException expected) {
            carpctl.err().println("carpctl: " + file + " is there already, and is kept");
        } catch (IOException e) {
            carpctl.err().println("carpctl: " + file + " cannot be written: " + e.getMessage());
        }
        return ExitStatus.FAILED;
    }
}
