// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import java.util.ArrayList;
import java.util.List;

/**
 * The fixed addresses of one router, each with its prefix length.
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

    /**
     * A row of routers: fw-a, fw-b, and so on.
     *
     * @param count 2 to 14
     */
    public static List<RouterPlan> row(int count) {
        if (count == 2) {
            return List.of(FW_A, FW_B);
        }
        List<RouterPlan> plans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            plans.add(new RouterPlan(
                    "fw-" + (char) ('a' + i),
                    "203.0.113." + (i + 2) + "/24",
                    "10.0.0." + (i + 2) + "/24",
                    "192.0.2." + (i + 1) + "/28"));
        }
        return plans;
    }
}
