// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import io.mirrorcarp.ctl.Carpctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Makes the manual pages from {@code docs/} and from the commands of carpctl, and the completions for bash and zsh. */
public final class PackageFiles {
    /** zsh loads the script of bash, and with it answers already the first request. */
    private static final String ZSH = """
            #compdef carpctl
            autoload -U +X bashcompinit && bashcompinit
            source /usr/share/bash-completion/completions/carpctl
            _bash_complete -o default -F _complete_carpctl
            """;

    private final Path target;
    private final String version;

    private PackageFiles(Path target, String version) {
        this.target = target;
        this.version = version;
    }

    /** Arguments: the directory of the pages in Markdown, the directory to write to, the version. */
    public static void main(String[] arguments) throws IOException {
        PackageFiles files = new PackageFiles(Path.of(arguments[1]), arguments[2]);
        files.pages(Path.of(arguments[0]));
        files.commands(Carpctl.tree());
        files.completions(Carpctl.tree());
    }

    private void pages(Path docs) throws IOException {
        for (String name : List.of("carpd.8", "carpctl.8", "carpd.toml.5", "carpd-troubleshooting.7")) {
            List<String> lines = Files.readAllLines(docs.resolve(name + ".md"));
            write(
                    "man/man" + name.charAt(name.length() - 1) + "/" + MarkdownPage.fileName(lines),
                    MarkdownPage.toRoff(lines, version));
        }
    }

    private void commands(CommandLine carpctl) throws IOException {
        for (Map.Entry<String, CommandLine> command : carpctl.getSubcommands().entrySet()) {
            write(
                    "man/man8/" + CommandPage.fileStem(command.getValue()) + ".8",
                    CommandPage.toRoff(command.getValue(), version));
        }
    }

    private void completions(CommandLine carpctl) throws IOException {
        // It is sourced, never run.
        String script = AutoComplete.bash("carpctl", carpctl).replaceFirst("^#!.*\\R", "");
        write("completions/carpctl", script + "\n");
        write("completions/_carpctl", ZSH);
    }

    private void write(String file, String content) throws IOException {
        Path path = target.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
