// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of one command of carpctl, such as {@code carpctl-status(8)}, with the commands below it. */
final class CommandPage {
    private final CommandLine command;
    private final Roff page;

    private CommandPage(CommandLine command, String version) {
        this.command = command;
        page = new Roff(fileStem(command), "8", version);
    }

    /** {@code carpctl-status}. */
    static String fileStem(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    static String toRoff(CommandLine command, String version) {
        CommandPage writer = new CommandPage(command, version);
        writer.write();
        return writer.page.toString();
    }

    private void write() {
        CommandSpec spec = command.getCommandSpec();
        page.section("Name").paragraph(fileStem(command) + " - " + firstSentence(description(spec)));
        page.section("Synopsis").literal(synopsis(command));
        page.section("Description").paragraph(description(spec));
        arguments(spec);
        if (!command.getSubcommands().isEmpty()) {
            page.section("Commands");
            command.getSubcommands().values().forEach(this::below);
        }
        footer(spec);
        page.section("Exit status")
                .paragraph("0 ok, 1 failed, 2 usage, 3 no daemon, 4 configuration invalid, 5 not in the wanted state.");
        page.section("See also").paragraph("**carpctl**(8), **carpd**(8), **carpd.toml**(5)");
    }

    private void below(CommandLine below) {
        CommandSpec spec = below.getCommandSpec();
        page.subsection(String.join(", ", synopsis(below)));
        page.paragraph(description(spec));
        arguments(spec);
    }

    private void arguments(CommandSpec spec) {
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (!parameter.hidden()) {
                page.entry("**" + parameter.paramLabel() + "**", description(parameter));
            }
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden() && !option.inherited()) {
                String names = String.join(", ", option.names());
                String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                page.entry("**" + names + "**" + value, description(option));
            }
        }
    }

    private void footer(CommandSpec spec) {
        List<String> lines = List.of(spec.usageMessage().footer());
        if (lines.stream().anyMatch(line -> !line.isBlank())) {
            page.section("Notes").literal(lines);
        }
    }

    /** A line for each form; picocli wraps long ones and indents what is wrapped. */
    private static List<String> synopsis(CommandLine command) {
        Help help = new Help(command.getCommandSpec(), Help.defaultColorScheme(Help.Ansi.OFF));
        return help.synopsis(0)
                .replaceAll("\\R\\s+", " ")
                .lines()
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description()).strip();
    }

    private static String description(ArgSpec argument) {
        String value = String.valueOf(argument.defaultValueString());
        return String.join(" ", argument.description())
                .replace("${DEFAULT-VALUE}", value)
                .strip();
    }

    private static String firstSentence(String description) {
        int end = description.indexOf(". ");
        String sentence = end < 0 ? description : description.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
