// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.files.NewFiles;
import io.mirrorcarp.ctl.setup.HostDevices;
import io.mirrorcarp.ctl.setup.PairExport;
import io.mirrorcarp.ctl.setup.PairFile;
import io.mirrorcarp.ctl.setup.PairImport;
import io.mirrorcarp.ctl.setup.SetupFault;
import io.mirrorcarp.ctl.setup.SetupFiles;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.FileProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "pair",
        description = "Carry the configuration, the keys and the rules of one node to the other. Needs no daemon.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  fw-a# carpctl pair export pair.carpd; scp -p pair.carpd fw-b:",
            "  fw-b# carpctl pair import --apply pair.carpd"
        })
final class PairCommand implements Runnable {
    private static final int MAXIMUM_LENGTH = 4 << 20;

    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: export or import");
    }

    @Command(
            name = "export",
            description = "Write one file of mode 0600 for the other node, and show a code to compare there.")
    int export(
            @Parameters(paramLabel = "FILE", description = "It must not be there yet.") String file,
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            defaultValue = "/etc/carpd",
                            description = "Where this node's files are (default: ${DEFAULT-VALUE}).")
                    String directory) {
        Path configuration = Path.of(directory).resolve(SetupFiles.CONFIGURATION);
        ConfigurationResult result = ConfigurationFile.load(configuration.toString());
        result.faultLines().forEach(carpctl.err()::println);
        if (result.configuration().isEmpty()) {
            return ExitStatus.CONFIGURATION_INVALID;
        }
        try {
            PairFile pair = PairExport.of(configuration, result.configuration().get(), HostDevices.find());
            Path target = Path.of(file).toAbsolutePath().normalize();
            Secret text = Secret.of(pair.text().getBytes(StandardCharsets.UTF_8));
            NewFiles writer = new NewFiles(Path.of("/"), false);
            List<NewFile> files = List.of(new NewFile(target.toString(), text, NewFile.SECRET));
            if (!writer.inTheWay(files).isEmpty()) {
                carpctl.err().println("carpctl: " + file + " is there already, and is kept");
                return ExitStatus.FAILED;
            }
            writer.write(files);
            carpctl.out()
                    .println(
                            "wrote " + file
                                    + ", which holds the keys: carry it by a safe way, such as scp -p, and delete it on both nodes afterwards");
            carpctl.out().println("code: " + pair.code());
            carpctl.out()
                    .println("next, on the other node: carpctl pair import --apply "
                            + Path.of(file).getFileName() + ", which must show the same code");
            return ExitStatus.OK;
        } catch (SetupFault fault) {
            carpctl.err().println("carpctl: " + fault.getMessage());
        } catch (IOException e) {
            carpctl.err().println("carpctl: " + FileProblem.of(e));
        }
        return ExitStatus.FAILED;
    }

    @Command(
            name = "import",
            description =
                    "Install what the other node has exported, with a higher advskew and this node's own interfaces.")
    int install(
            @Parameters(paramLabel = "FILE", description = "That of carpctl pair export.") String file,
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            defaultValue = "/etc/carpd",
                            description = "Where the files go (default: ${DEFAULT-VALUE}).")
                    String directory,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "The name of this node (default: the host name).")
                    @Nullable
                    String name,
            @Option(
                            names = "--device",
                            paramLabel = "THEIRS=OURS",
                            description =
                                    "An interface of the other node, and which one is in its network here; found by their addresses without.")
                    @Nullable
                    Map<String, String> devices,
            @Option(names = "--code", paramLabel = "CODE", description = "Stop unless the file has this code.")
                    @Nullable
                    String code,
            @Option(
                            names = "--apply",
                            description = "Load the settings of the kernel and the rules, for nftables, now.")
                    boolean apply,
            @Option(names = "--force", description = "Replace files that are there already.") boolean force)
            throws IOException, InterruptedException {
        Optional<PairFile> pair = read(file);
        if (pair.isEmpty()) {
            return ExitStatus.FAILED;
        }
        carpctl.out().println("code: " + pair.get().code());
        if (code != null && !code.equalsIgnoreCase(pair.get().code())) {
            carpctl.err()
                    .println(
                            "carpctl: the code differs: this is not the file that was exported, and nothing is written");
            return ExitStatus.FAILED;
        }
        String node = name == null
                ? ConfigurationFile.surroundings(Path.of("/")).hostName().replaceFirst("\\..*", "")
                : name;
        Map<String, String> named = devices == null ? new LinkedHashMap<>() : devices;
        PairImport second = new PairImport(pair.get(), HostDevices.find(), named, node);
        Path target = Path.of(directory).toAbsolutePath().normalize();
        SetupOutput output = new SetupOutput(carpctl, target);
        try {
            int status = output.write(second.files(), force);
            second.remarks().forEach(remark -> carpctl.err().println("carpctl: " + remark));
            if (status == ExitStatus.OK) {
                status = apply ? output.apply() : output.tellHowToApply();
                carpctl.out()
                        .println(
                                "next: delete " + file
                                        + " on both nodes, run systemctl enable --now carpd on both, and look at carpctl status");
            }
            return status;
        } catch (SetupFault fault) {
            carpctl.err().println("carpctl: " + fault.getMessage());
            return ExitStatus.FAILED;
        }
    }

    private Optional<PairFile> read(String file) {
        try (InputStream stream = Files.newInputStream(Path.of(file))) {
            byte[] content = stream.readNBytes(MAXIMUM_LENGTH);
            Optional<PairFile> pair = PairFile.parse(new String(content, StandardCharsets.UTF_8));
            if (pair.isEmpty()) {
                carpctl.err()
                        .println("carpctl: " + file + " is not a whole file of carpctl pair export: copy it again");
            }
            return pair;
        } catch (IOException e) {
            carpctl.err().println("carpctl: cannot read " + FileProblem.of(e));
            return Optional.empty();
        }
    }
}
