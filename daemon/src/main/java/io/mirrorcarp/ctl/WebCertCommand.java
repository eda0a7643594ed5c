// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.FileProblem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "cert",
        description =
                "Makes a certificate that signs itself, and its key: web.crt and web.key. Browsers warn of it once;"
                        + " compare the fingerprint then.")
final class WebCertCommand implements Callable<Integer> {
    private static final Pattern DNS_NAME = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9.-]{0,252}");

    @ParentCommand
    private WebCommand web;

    @Option(
            names = "--dir",
            paramLabel = "DIRECTORY",
            defaultValue = "/etc/carpd",
            description = "Where the files are made (default: ${DEFAULT-VALUE}).")
    private String directory;

    @Option(
            names = "--days",
            paramLabel = "DAYS",
            defaultValue = "825",
            description = "How long it is valid (default: ${DEFAULT-VALUE}).")
    private int days;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description =
                    "Names and addresses of this host (default: the host name and the addresses of its interfaces).")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        Path certificate = Path.of(directory, "web.crt");
        Path key = Path.of(directory, "web.key");
        try {
            List<String> called = names.isEmpty() ? ownNames() : names;
            for (String name : called) {
                if (AddressText.parse(name).isEmpty() && !DNS_NAME.matcher(name).matches()) {
                    return fail("\"" + name + "\" is neither a name nor an address");
                }
            }
            if (Files.exists(certificate) || Files.exists(key)) {
                return fail(certificate + " or " + key + " is there already, and is kept; move it away for a new one");
            }
            SelfSigned made = SelfSigned.make(called, Instant.now(), Duration.ofDays(Math.max(1, days)));
            PrivateFile.replace(key, made.key());
            Files.writeString(certificate, made.certificate());
            web.carpctl().out().println(certificate + " and " + key + " for " + String.join(", ", called));
            web.carpctl().out().println("SHA-256 " + made.fingerprint());
            return ExitStatus.OK;
        } catch (IOException | GeneralSecurityException e) {
            return fail("no certificate was made: " + FileProblem.of(e));
        }
    }

    private int fail(String sentence) {
        web.carpctl().err().println("carpctl: " + sentence);
        return ExitStatus.FAILED;
    }

    private static List<String> ownNames() throws IOException {
        Set<String> found = new LinkedHashSet<>();
        found.add(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        found.add("localhost");
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress())
                .map(WebCertCommand::text)
                .sorted()
                .forEach(found::add);
        return List.copyOf(found);
    }

    private static String text(InetAddress address) {
        return AddressText.format(address);
    }
}
