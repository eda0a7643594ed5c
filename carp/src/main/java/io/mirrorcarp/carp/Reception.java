// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.packet.ArpRequest;
import io.mirrorcarp.carp.packet.ParsedFrame;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.RejectedFrame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hands the frames of the carpdevs to the virtual hosts that they are for. */
final class Reception {
    private final CarpNode node;

    Reception(CarpNode node) {
        this.node = node;
    }

    /** A frame came in on a carpdev. */
    void receive(Carpdev carpdev, ByteBuffer frame) {
        ArpRequest request = carpdev.arpAnswers().isNeeded() ? ArpRequest.parse(frame) : null;
        if (request != null) {
            answer(carpdev, request);
            return;
        }
        ParsedFrame parsed = carpdev.parser().parse(frame);
        if (!node.election().isAllowed()) {
            parsed.countReceived(node.counters());
            return;
        }
        parsed.count(node.counters());
        if (parsed instanceof RejectedFrame rejected) {
            rejected.reason().count(carpdev.discards());
            carpdev.onRefused(node.nowNanos());
            node.log().badPacket(carpdev.name(), rejected.reason(), rejected.source(), node.nowNanos());
        } else if (parsed instanceof ReceivedAdvertisement received) {
            RunningHost host = of(carpdev, received.advertisement().vhid());
            if (host != null) {
                host.receive(received);
            }
        }
    }

    private @Nullable RunningHost of(Carpdev carpdev, int vhid) {
        for (RunningHost host : node.hosts().all()) {
            if (host.carpdev() == carpdev && host.host().vhid() == vhid) {
                return host;
            }
        }
        return null;
    }

    private void answer(Carpdev carpdev, ArpRequest request) {
        byte[] answer = carpdev.arpAnswers().answer(request, vhid -> holds(of(carpdev, vhid)));
        if (answer != null) {
            carpdev.send(answer);
        }
    }

    private static boolean holds(@Nullable RunningHost host) {
        return host != null && host.held() != null;
    }

    /** A flood begins on a carpdev, goes on, or ends: the kernel shall pass on all that peers may send, and of the rest what can be borne. */
    void onGate(Carpdev carpdev) {
        ExpectedCounters expected = new ExpectedCounters();
        node.hosts().all().stream().filter(host -> host.carpdev() == carpdev).forEach(host -> host.expect(expected));
        int errno = carpdev.sieve(expected);
        node.log().flood(carpdev.name(), carpdev.gate(), errno, node.nowNanos());
    }
}
