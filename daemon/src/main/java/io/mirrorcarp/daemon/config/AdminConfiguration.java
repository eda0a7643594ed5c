// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.Optional;

/**
 * The [admin] table.
 *
 * @param socket the absolute path of the control socket
 * @param group the group whose members may read through the control socket; empty for none
 * @param http HOST:PORT of the web pages; empty for none
 * @param authFile the absolute path of the file of the people who may change something there; empty for read-only pages
 * @param tls empty for pages without TLS
 */
public record AdminConfiguration(String socket, String group, String http, String authFile, Optional<TlsFiles> tls) {
    public static final String DEFAULT_SOCKET = "/run/carpd/admin.sock";
    public static final String DEFAULT_HTTP = "127.0.0.1:8112";
}
