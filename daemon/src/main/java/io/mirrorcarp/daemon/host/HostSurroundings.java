// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import io.mirrorcarp.daemon.program.TrustedFile;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The machine and the network namespace that this process runs in. */
final class HostSurroundings implements Surroundings {
    private static final int MAXIMUM_FILE_LENGTH = 65_536;
    /** ARPHRD_ETHER. */
    private static final String ETHERNET = "1";

    private final Path directory;

    /** @param directory where relative paths start: that of the configuration file */
    HostSurroundings(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    @Override
    public String hostName() {
        return firstLine(Path.of("/proc/sys/kernel/hostname"));
    }

    @Override
    public String machineId() {
        return firstLine(Path.of("/etc/machine-id"));
    }

    /** From /proc/net/dev: it shows the namespace of the process, also where /sys is that of another, and links without an address. */
    @Override
    public Set<String> interfaceNames() {
        Set<String> names = new TreeSet<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/net/dev"), StandardCharsets.UTF_8)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    names.add(line.substring(0, colon).strip());
                }
            }
        } catch (IOException expected) {
            // Without /proc there are no names, and each check that needs one says so.
        }
        return names;
    }

    @Override
    public Optional<String> interfaceOf(String alternativeName) {
        try (Rtnetlink route = Rtnetlink.open()) {
            return route.link(alternativeName).map(Link::name);
        } catch (ErrnoException | LinkageError e) {
            // No system calls here, or a name that no interface can have, or no right to ask.
            return Optional.empty();
        }
    }

    /** /sys may be that of another network namespace: what it says against an interface is asked of the kernel once more. */
    @Override
    public Optional<String> carpdevProblem(String name) {
        String type = firstLine(Path.of("/sys/class/net", name, "type"));
        if (type.isEmpty() || type.equals(ETHERNET)) {
            return Optional.empty();
        }
        try (Rtnetlink route = Rtnetlink.open()) {
            return route.link(name).filter(link -> link.mac().bits() == 0).map(HostSurroundings::noEthernet);
        } catch (ErrnoException | LinkageError e) {
            return Optional.empty();
        }
    }

    private static String noEthernet(Link link) {
        return link.isLoopback()
                ? "\"" + link.name()
                        + "\" is the loopback interface, which no other machine hears: name the interface of the segment"
                : "\"" + link.name()
                        + "\" carries no Ethernet frames, so there is neither ARP nor a virtual MAC on it: name an Ethernet interface, a bridge, a VLAN or a bond";
    }

    @Override
    public Set<InetAddress> addresses() {
        Set<InetAddress> addresses = new HashSet<>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .forEach(addresses::add);
        } catch (SocketException expected) {
            // Thrown when there is no interface at all.
        }
        return addresses;
    }

    @Override
    public boolean hasOwnIpv4(String device, Set<InetAddress> except) {
        try {
            NetworkInterface found = NetworkInterface.getByName(device);
            return found == null
                    || found.inetAddresses()
                            .anyMatch(address -> address instanceof Inet4Address && !except.contains(address));
        } catch (SocketException expected) {
            return true;
        }
    }

    /** Asks the kernel only where the address is there at all: carpctl starts quicker without the library for system calls. */
    @Override
    public Optional<String> configuredOn(InetAddress address) {
        if (!addresses().contains(address)) {
            return Optional.empty();
        }
        try (Rtnetlink route = Rtnetlink.open()) {
            for (LinkAddress one : route.addresses()) {
                if (one.isPermanent() && one.address().equals(address)) {
                    return route.link(one.ifindex()).map(Link::name);
                }
            }
        } catch (ErrnoException expected) {
            // Nothing can be found fault with where the kernel does not tell.
        }
        return Optional.empty();
    }

    @Override
    public FileReading readKeyFile(String path) {
        Path file = directory.resolve(path).normalize();
        try {
            if (!Files.isRegularFile(file)) {
                return Files.exists(file)
                        ? FileReading.failed(file.toString(), "not a file")
                        : FileReading.missing(file.toString());
            }
            int mode = (Integer) Files.getAttribute(file, "unix:mode") & 07777;
            try (InputStream stream = Files.newInputStream(file)) {
                byte[] content = stream.readNBytes(MAXIMUM_FILE_LENGTH + 1);
                return content.length > MAXIMUM_FILE_LENGTH
                        ? FileReading.failed(file.toString(), "longer than " + MAXIMUM_FILE_LENGTH + " bytes")
                        : FileReading.of(file.toString(), Secret.of(content), mode);
            }
        } catch (IOException e) {
            return FileReading.failed(file.toString(), problem(e));
        }
    }

    @Override
    public boolean hasGroup(String name) {
        try {
            directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
            return true;
        } catch (IOException expected) {
            return false;
        }
    }

    @Override
    public Optional<String> certificateProblem(Secret certificate, Secret key) {
        return CertificateCheck.problem(certificate, key);
    }

    @Override
    public Optional<String> programProblem(String path) {
        return TrustedFile.programProblem(Path.of(path));
    }

    @Override
    public Optional<String> directoryProblem(String path) {
        return TrustedFile.directoryProblem(Path.of(path));
    }

    /** The problem as a person says it. */
    static String problem(IOException exception) {
        if (exception instanceof NoSuchFileException) {
            return "no such file";
        }
        if (exception instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = exception.getMessage();
        return message == null ? exception.getClass().getSimpleName() : message;
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException expected) {
            return "";
        }
    }
}
