// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

/**
 * What became of the idle connections.
 *
 * @param connections how many there were
 * @param alive how many carried bytes both ways at the end
 */
record IdleOutcome(int connections, int alive) {}
