// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

/** What {@link AdvertisementParser} makes of a frame. */
public sealed interface ParsedFrame permits ReceivedAdvertisement, RejectedFrame {
    /** One line for a person. */
    String dump();
}
