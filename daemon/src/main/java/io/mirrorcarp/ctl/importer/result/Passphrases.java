// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.daemon.config.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the passphrases: one where all are the same, else one for each. */
final class Passphrases {
    static final String COMMON = "carp.key";

    private final Map<Secret, String> names = new LinkedHashMap<>();

    Passphrases(List<HostDraft> hosts) {
        long different = hosts.stream()
                .map(HostDraft::passphrase)
                .filter(secret -> secret.length() > 0)
                .distinct()
                .count();
        for (HostDraft host : hosts) {
            if (host.passphrase().length() > 0) {
                names.putIfAbsent(host.passphrase(), different == 1 ? COMMON : "carp-" + host.name() + ".key");
            }
        }
    }

    /** The file of a passphrase that is not empty. */
    String fileOf(Secret passphrase) {
        return names.getOrDefault(passphrase, COMMON);
    }

    List<NewFile> files() {
        List<NewFile> files = new ArrayList<>();
        names.forEach((secret, name) -> {
            byte[] pass = secret.bytes();
            byte[] line = Arrays.copyOf(pass, pass.length + 1);
            line[pass.length] = '\n';
            files.add(new NewFile(name, Secret.of(line), NewFile.SECRET));
        });
        return files;
    }
}
