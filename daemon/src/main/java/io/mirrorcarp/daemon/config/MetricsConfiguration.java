// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * The [metrics] table.
 *
 * @param http HOST:PORT of the OpenMetrics page; empty for none
 */
public record MetricsConfiguration(String http) {
    public static final String DEFAULT_HTTP = "127.0.0.1:9712";
}
