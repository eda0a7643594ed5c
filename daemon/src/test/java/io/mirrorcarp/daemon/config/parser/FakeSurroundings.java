// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine with wan0, lan0, sync0, uplink0 and eth0, whose files live in /etc/carpd. */
public final class FakeSurroundings implements Surroundings {
    private final Map<String, FileReading> files = new HashMap<>();

    /** A machine with the key files that the tests name. */
    public FakeSurroundings() {
        file("carp.key", "correct horse\n", 0600);
        file("sync.key", key(32), 0600);
        file("sync2.key", key(48) + "\n", 0400);
        file("open.key", key(32), 0644);
        file("short.key", key(31), 0600);
        file("text.key", "not base64!", 0600);
        file("long.key", "12345678901234567890", 0600);
        file("empty.key", "\n", 0600);
        file("blank.key", "secret \n", 0600);
        file("bom.key", "\ufeffsecret\n", 0600);
        file("web.crt", "certificate", 0644);
        file("web.key", "key", 0600);
        file("web.auth", "token t view " + "0".repeat(64) + "\n", 0600);
        file("nobody.auth", "# nobody\n", 0600);
        file("lines.key", "one\ntwo\n", 0600);
    }

    private static String key(int length) {
        return Base64.getEncoder().encodeToString(new byte[length]);
    }

    private void file(String name, String content, int mode) {
        String path = "/etc/carpd/" + name;
        files.put(path, FileReading.of(path, Secret.of(content.getBytes(StandardCharsets.UTF_8)), mode));
    }

    @Override
    public String hostName() {
        return "host-a";
    }

    @Override
    public String machineId() {
        return "0123456789abcdef0123456789abcdef";
    }

    @Override
    public Set<String> interfaceNames() {
        return Set.of("wan0", "lan0", "sync0", "uplink0", "eth0", "lo");
    }

    @Override
    public Optional<String> interfaceOf(String alternativeName) {
        return alternativeName.equals("enp0s31f6-to-the-isp") ? Optional.of("wan0") : Optional.empty();
    }

    @Override
    public Optional<String> carpdevProblem(String name) {
        return name.equals("lo") ? Optional.of("\"lo\" is the loopback interface") : Optional.empty();
    }

    @Override
    public Set<InetAddress> addresses() {
        return Set.of(AddressText.parse("192.0.2.1").orElseThrow());
    }

    /** eth0 has 10.9.9.9, by hand. */
    @Override
    public Optional<String> configuredOn(InetAddress address) {
        return AddressText.format(address).equals("10.9.9.9") ? Optional.of("eth0") : Optional.empty();
    }

    /** uplink0 has none. */
    @Override
    public boolean hasOwnIpv4(String device, Set<InetAddress> except) {
        return !device.equals("uplink0");
    }

    @Override
    public boolean hasGroup(String name) {
        return name.equals("adm");
    }

    @Override
    public Optional<String> certificateProblem(Secret certificate, Secret key) {
        return certificate.equals(key) ? Optional.of("web.crt and web.key do not belong together") : Optional.empty();
    }

    @Override
    public Optional<String> programProblem(String path) {
        return path.startsWith("/home/")
                ? Optional.of("it belongs to user 1000: chown root " + path)
                : Optional.empty();
    }

    @Override
    public Optional<String> directoryProblem(String path) {
        return programProblem(path);
    }

    @Override
    public FileReading readKeyFile(String path) {
        String absolute = path.startsWith("/") ? path : "/etc/carpd/" + path;
        return files.getOrDefault(absolute, FileReading.missing(absolute));
    }
}
