// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

/**
 * The fixed addresses of one router of the pair, each with its prefix length.
 *
 * @param name the host's name
 * @param wan on wan0
 * @param lan on lan0
 * @param sync on sync0
 */
public record RouterPlan(String name, String wan, String lan, String sync) {
    /** The router that is preferred. */
    public static final RouterPlan FW_A = new RouterPlan("fw-a", "203.0.113.2/24", "10.0.0.2/24", "192.0.2.1/30");

    /** The router that stands by. */
    public static final RouterPlan FW_B = new RouterPlan("fw-b", "203.0.113.3/24", "10.0.0.3/24", "192.0.2.2/30");
}
