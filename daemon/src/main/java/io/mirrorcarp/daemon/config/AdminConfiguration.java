// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * The [admin] table.
 *
 * @param socket the absolute path of the control socket
 * @param http HOST:PORT of the web pages; empty for none
 * @param authFile the file of the people who may change something there; empty for read-only pages
 */
public record AdminConfiguration(String socket, String http, String authFile) {
    public static final String DEFAULT_SOCKET = "/run/carpd/admin.sock";
}
