// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

/**
 * What a drill tried to show.
 *
 * @param holds whether it came true
 */
public record Claim(String words, boolean holds) {}
