// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.lab.firewall.Topology;

/**
 * The configuration of one keepalived: VRRPv3 for both virtual addresses, which fail over together.
 *
 * @param name of the node
 * @param priority 1 to 254; the higher node is preferred, and a high one waits little longer than three intervals
 * @param intervalSeconds between advertisements
 * @param virtualMac whether the addresses are on a macvlan with the MAC of VRRP, or on the device with its own
 */
record KeepalivedSettings(String name, int priority, double intervalSeconds, boolean virtualMac) {
    /** The text of keepalived.conf. */
    String text() {
        return """
                global_defs {
                  router_id %s
                  vrrp_version 3
                }
                vrrp_sync_group both {
                  group {
                    lan
                    wan
                  }
                }
                """.formatted(name)
                + instance("lan", "lan0", 2, Topology.VIRTUAL_LAN)
                + instance("wan", "wan0", 1, Topology.VIRTUAL_WAN);
    }

    private String instance(String instance, String device, int id, String address) {
        return """
                vrrp_instance %s {
                  state BACKUP
                  interface %s
                  virtual_router_id %d
                  priority %d
                  advert_int %s
                %s  virtual_ipaddress {
                    %s/24
                  }
                }
                """.formatted(
                        instance, device, id, priority, intervalSeconds, virtualMac ? "  use_vmac\n" : "", address);
    }
}
