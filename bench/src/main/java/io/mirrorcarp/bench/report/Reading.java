// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

/**
 * One measured value.
 *
 * @param system whose it is, as the table names it
 * @param value in the unit of its figure; NaN where it could not be measured
 */
public record Reading(String system, Role role, double value) {}
