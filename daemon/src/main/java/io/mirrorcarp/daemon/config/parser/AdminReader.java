// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.Endpoint;
import io.mirrorcarp.daemon.config.TlsFiles;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the [admin] table. */
final class AdminReader {
    /** The kernel keeps 108 bytes for the path of a unix socket, the last of them zero. */
    private static final int MAXIMUM_SOCKET_PATH = 107;

    private final TableReader table;
    private final KeyFileReader keyFiles;
    private final Surroundings surroundings;

    private AdminReader(TableReader table, KeyFileReader keyFiles, Surroundings surroundings) {
        this.table = table;
        this.keyFiles = keyFiles;
        this.surroundings = surroundings;
    }

    static AdminConfiguration read(TableReader table, KeyFileReader keyFiles, Surroundings surroundings) {
        AdminReader reader = new AdminReader(table, keyFiles, surroundings);
        AdminConfiguration admin =
                new AdminConfiguration(reader.socket(), reader.group(), reader.http(), reader.authFile(), reader.tls());
        reader.checkReach(admin);
        table.finish();
        return admin;
    }

    private String socket() {
        String socket = table.text("socket", AdminConfiguration.DEFAULT_SOCKET);
        if (!socket.startsWith("/")) {
            table.fault("socket", "socket must be an absolute path, such as " + AdminConfiguration.DEFAULT_SOCKET);
        } else if (socket.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_SOCKET_PATH) {
            table.fault(
                    "socket", "socket must have at most " + MAXIMUM_SOCKET_PATH + " bytes: the kernel takes no more");
        }
        return socket;
    }

    private String group() {
        String group = table.text("group", "");
        if (!group.isEmpty() && !surroundings.hasGroup(group)) {
            table.fault("group", "there is no group \"" + group + "\" on this host; getent group lists them");
        }
        return group;
    }

    private String http() {
        String http = table.text("http", AdminConfiguration.DEFAULT_HTTP);
        if (!http.isEmpty() && Endpoint.parseOwn(http).isEmpty()) {
            table.fault(
                    "http",
                    "http must be ADDRESS:PORT, such as \"" + AdminConfiguration.DEFAULT_HTTP
                            + "\" or \"[::1]:8112\", or \"\" to turn it off");
        }
        return http;
    }

    private String authFile() {
        String file = table.text("authFile", "");
        if (file.isEmpty()) {
            return "";
        }
        Surroundings.FileReading found = surroundings.readKeyFile(file);
        if (isMissing(table, "authFile", found, "nobody can log in until it comes")) {
            return found.path();
        }
        Optional<Surroundings.FileReading> reading = keyFiles.read(table, "authFile", file);
        reading.ifPresent(this::checkPeople);
        return reading.map(Surroundings.FileReading::path).orElse("");
    }

    private static boolean isMissing(
            TableReader table, String key, Surroundings.FileReading reading, String consequence) {
        if (reading.isMissing()) {
            table.missingNow(key, reading.path() + " cannot be read: " + reading.problem(), consequence);
        }
        return reading.isMissing();
    }

    private void checkPeople(Surroundings.FileReading file) {
        AuthFile auth = AuthFile.parse(new String(file.content().bytes(), StandardCharsets.UTF_8));
        auth.faults().forEach(fault -> table.fault("authFile", file.path() + ":" + fault));
        if (auth.faults().isEmpty() && auth.users().isEmpty() && auth.tokens().isEmpty()) {
            table.warn("authFile", file.path() + " has nobody in it: carpctl web user add NAME --file " + file.path());
        }
    }

    private Optional<TlsFiles> tls() {
        TableReader files = table.table("tls", "admin.tls");
        if (!files.isPresent()) {
            return Optional.empty();
        }
        String certificate = files.requiredText("certificate", "web.crt");
        String key = files.requiredText("key", "web.key");
        files.finish();
        return certificate.isEmpty() || key.isEmpty() ? Optional.empty() : Optional.of(tls(files, certificate, key));
    }

    /** Never empty: pages that lack their certificate must wait for it, and not come without TLS. */
    private TlsFiles tls(TableReader files, String certificate, String key) {
        String consequence = "there are no web pages until it comes; carpctl web cert makes it";
        Surroundings.FileReading ofCertificate = surroundings.readKeyFile(certificate);
        Surroundings.FileReading ofKey = surroundings.readKeyFile(key);
        boolean noCertificate = isMissing(files, "certificate", ofCertificate, consequence);
        boolean missing = isMissing(files, "key", ofKey, consequence) || noCertificate;
        if (!missing && ofCertificate.problem() != null) {
            files.fault("certificate", ofCertificate.path() + " cannot be read: " + ofCertificate.problem());
        } else if (!missing) {
            keyFiles.read(files, "key", key)
                    .flatMap(read -> surroundings.certificateProblem(ofCertificate.content(), read.content()))
                    .ifPresent(problem -> files.fault("certificate", problem));
        }
        return new TlsFiles(ofCertificate.path(), ofKey.path());
    }

    /** From elsewhere, only with TLS and a login. */
    private void checkReach(AdminConfiguration admin) {
        boolean open = Endpoint.parseOwn(admin.http())
                .filter(address -> !address.isLoopback())
                .isPresent();
        if (open && (!table.has("tls") || !table.has("authFile"))) {
            table.fault(
                    "http",
                    "others can reach \"" + admin.http() + "\", so it needs tls (carpctl web cert makes the files) and"
                            + " authFile (carpctl web user add NAME)");
        }
    }
}
