// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.files;

import io.mirrorcarp.daemon.config.Secret;

/**
 * A file to be written.
 *
 * @param path relative to the directory of the configuration, or absolute
 * @param content its bytes, which may be secret
 * @param mode its permission bits, such as 0600
 */
public record NewFile(String path, Secret content, int mode) {
    /** Only its owner may read it. */
    public static final int SECRET = 0600;

    /** Everybody may read it. */
    public static final int PUBLIC = 0644;

    /** A program, which carpd's own user must be able to run. Others are kept out by the directory of the configuration. */
    public static final int PROGRAM = 0755;
}
