// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Endpoint;
import io.mirrorcarp.daemon.config.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the pages are served.
 *
 * @param authFile who may log in; empty for pages that only show
 * @param tls empty for plain HTTP
 * @param node the name of the node, by which others may call the host
 * @param hostId 8 hexadecimal digits, so that a browser keeps the cookies of two nodes apart
 */
public record WebSettings(
        Endpoint address, Optional<Path> authFile, Optional<TlsFiles> tls, String node, String hostId) {

    /** What a configuration asks for; empty where it wants no pages. */
    public static Optional<WebSettings> of(Configuration configuration) {
        AdminConfiguration admin = configuration.admin();
        return Endpoint.parseOwn(admin.http())
                .map(address -> new WebSettings(
                        address,
                        Optional.of(admin.authFile())
                                .filter(file -> !file.isEmpty())
                                .map(Path::of),
                        admin.tls(),
                        configuration.node().name(),
                        configuration.node().hostIdText()));
    }
}
