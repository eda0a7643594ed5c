// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.address.MacAddress;
import java.net.InetAddress;

/**
 * The addresses on the way of a {@link FlowLoad}; all IPv4.
 *
 * @param client the client's
 * @param server the server's
 * @param translated what the server sees instead of the client's
 * @param lanMac where the client sends to: the virtual MAC on the LAN
 * @param wanMac where the server sends to: the virtual MAC on the WAN
 */
public record FlowPath(
        InetAddress client, InetAddress server, InetAddress translated, MacAddress lanMac, MacAddress wanMac) {}
