// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

/** An advertisement of one of the protocols, in host values. */
public sealed interface Advertisement permits CarpAdvertisement, VrrpAdvertisement {
    /** The vhid, or the virtual router id of VRRP: 0 to 255 as parsed; 1 to 255 are valid. */
    int vhid();

    /** Whether the sender says that it stops being master. */
    boolean isBowOut();

    /** One line for a person, without secrets. */
    String dump();

    /** Its name with the version, as {@code CARPv2}. */
    String protocolName();
}
