// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.time.Duration;

/**
 * The [hooks] table.
 *
 * @param dir the directory of the hook programs; empty for none
 * @param timeout how long one may run
 */
public record HooksConfiguration(String dir, Duration timeout) {}
