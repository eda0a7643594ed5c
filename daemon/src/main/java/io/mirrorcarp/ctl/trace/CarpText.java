// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.ParsedFrame;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.RejectedFrame;
import java.nio.ByteBuffer;

/** Advertisements in words: of any vhid, and those that a node would discard, with the reason. */
public final class CarpText implements FrameText {
    /** The IP protocol number. */
    public static final int PROTOCOL = 112;

    private final AdvertisementParser parser = AdvertisementParser.ofEverything();

    @Override
    public String of(ByteBuffer frame) {
        ParsedFrame parsed = parser.parse(frame);
        if (parsed instanceof ReceivedAdvertisement received) {
            return "IP" + (received.destination().getAddress().length == 4 ? " " : "6 ") + received.dump()
                    + (received.advertisement().isBowOut() ? " (leaves)" : "");
        }
        if (parsed instanceof RejectedFrame rejected) {
            String source = rejected.source() == null ? "?" : rejected.source().getHostAddress();
            return "IP " + source + " > ? CARP or VRRP, discarded: "
                    + rejected.reason()
                            .name()
                            .toLowerCase(java.util.Locale.ROOT)
                            .replace('_', ' ');
        }
        return "not CARP";
    }
}
