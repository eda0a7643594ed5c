// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.files.NewFiles;
import io.mirrorcarp.ctl.importer.Importer;
import io.mirrorcarp.ctl.importer.Kind;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.result.Translation;
import io.mirrorcarp.ctl.importer.source.Disk;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "import",
        description = {
            "Make a configuration from the files of other tools. Needs no daemon.",
            "",
            "Reads keepalived.conf, conntrackd.conf, command lines of ucarp, interfaces(5), FreeBSD's rc.conf, a BSD's sysctl.conf, OpenBSD's "
                    + "hostname.carpN and hostname.pfsyncN, config.xml of pfSense and OPNsense, and VyOS, and recognises each by what is in it. "
                    + "What cannot be carried over is told on standard error, with its file, its line and why. "
                    + "Passwords go into key files of mode 0600 beside the configuration, programs into hooks.d and checks.d."
        },
        footer = {
            "",
            "Examples:",
            "  carpctl import -n /etc/keepalived/keepalived.conf",
            "  carpctl import -o /etc/carpd/carpd.toml keepalived.conf conntrackd.conf",
            "  carpctl import -o carpd.toml --rename em0=wan0 --rename em1=lan0 rc.conf sysctl.conf"
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "One configuration is made of all of them.")
    private List<String> files = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write it there, with mode 0600, and not to standard output; the files that it needs go beside it.")
    private @Nullable String output;

    @Option(
            names = "--from",
            paramLabel = "KIND",
            converter = KindOfName.class,
            completionCandidates = KindNames.class,
            description = "What the files are, when they are not recognised: ${COMPLETION-CANDIDATES}.")
    private @Nullable Kind from;

    @Option(
            names = "--rename",
            paramLabel = "OLD=NEW",
            description = "The interface OLD of the files is called NEW here.")
    private Map<String, String> devices = new LinkedHashMap<>();

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "The node that is meant by @NAME lines of keepalived.conf (default: the host name).")
    private @Nullable String node;

    @Option(
            names = "--keep-vrrp",
            description = "VRRP stays VRRP, so that the routers can be replaced one by one. Otherwise it becomes CARP,"
                    + " and all nodes change over at once.")
    private boolean keepVrrp;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Write no file: show the configuration on standard output.")
    private boolean dryRun;

    @Option(names = "--force", description = "Replace files that are there already.")
    private boolean force;

    @ParentCommand
    private Carpctl carpctl;

    @Override
    public Integer call() {
        Path file =
                Path.of(output == null ? "carpd.toml" : output).toAbsolutePath().normalize();
        Path directory = file.getParent() == null ? file : file.getParent();
        Surroundings surroundings = ConfigurationFile.surroundings(directory);
        Translation translation;
        try {
            String name = node == null ? surroundings.hostName().replaceFirst("\\..*", "") : node;
            Draft draft = Importer.read(new Disk(), files, Optional.ofNullable(from), name, keepVrrp);
            translation =
                    Translation.of(draft, devices, directory, output == null ? "carpd.toml" : output, surroundings);
        } catch (ImportFault fault) {
            carpctl.err().println("carpctl: " + fault.getMessage());
            return ExitStatus.CONFIGURATION_INVALID;
        }
        translation.leftovers().forEach(carpctl.err()::println);
        if (translation.isEmpty()) {
            carpctl.err().println("carpctl: nothing to import: no virtual host and no state channel was found");
            return ExitStatus.CONFIGURATION_INVALID;
        }
        try {
            return write(translation, file, directory);
        } catch (IOException e) {
            carpctl.err().println("carpctl: cannot write: " + FileProblem.of(e));
            return ExitStatus.FAILED;
        }
    }

    private int write(Translation translation, Path file, Path directory) throws IOException {
        List<NewFile> planned = new ArrayList<>(translation.files());
        Secret text = Secret.of(translation.configuration().getBytes(StandardCharsets.UTF_8));
        if (output != null) {
            planned.add(new NewFile(file.toString(), text, NewFile.SECRET));
        }
        NewFiles writer = new NewFiles(directory, force);
        List<Path> inTheWay = dryRun ? List.of() : writer.inTheWay(planned);
        if (!inTheWay.isEmpty()) {
            inTheWay.forEach(path -> carpctl.err().println("carpctl: " + path + " is there already, and is kept"));
            carpctl.err().println("carpctl: nothing is written: name another directory with -o, or add --force");
            return ExitStatus.FAILED;
        }
        if (output == null || dryRun) {
            carpctl.out().print(translation.configuration());
        }
        if (!dryRun) {
            writer.write(planned).forEach(path -> carpctl.err().println("carpctl: wrote " + path));
        }
        translation.faults().forEach(carpctl.err()::println);
        return translation.faults().isEmpty() ? ExitStatus.OK : ExitStatus.CONFIGURATION_INVALID;
    }

    /** Names a kind as the command line does. */
    static final class KindOfName implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String value) {
            return Arrays.stream(Kind.values())
                    .filter(kind -> kind.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + value + "\" is not one of " + Arrays.toString(Kind.values())));
        }
    }

    /** All of their names. */
    static final class KindNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Kind.values()).map(Kind::toString).iterator();
        }
    }
}
