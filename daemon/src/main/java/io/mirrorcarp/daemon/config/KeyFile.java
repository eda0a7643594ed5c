// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * One entry of pfsync.keys.
 *
 * @param file the absolute path of the file
 * @param secret the decoded bytes, at least {@link #MINIMUM_LENGTH}
 */
public record KeyFile(String file, Secret secret) {
    public static final int MINIMUM_LENGTH = 32;
}
