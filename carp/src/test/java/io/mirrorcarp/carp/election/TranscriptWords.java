// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.SequencePlace;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The words after a command of a {@link Transcript}: pairs of name and value. */
final class TranscriptWords {
    private TranscriptWords() {}

    static long nanos(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1e9);
    }

    static CarpSettings settings(CarpSettings from, Deque<String> words) {
        CarpSettings settings = from;
        while (!words.isEmpty()) {
            String name = words.pop();
            settings = with(settings, name, words.pop());
        }
        return settings;
    }

    private static CarpSettings with(CarpSettings old, String name, String value) {
        CarpRules carp = (CarpRules) old.rules();
        PeerRules rules = carp.peers();
        TakeoverSettings takeover = old.takeover();
        return switch (name) {
            case "advbase" -> old.withRules(carp.withAdvbase(Integer.parseInt(value)));
            case "advskew" -> old.withRules(carp.withAdvskew(Integer.parseInt(value)));
            case "preempt" -> old.withPreempt(value.equals("1"));
            case "families" -> old.withFamilies(families(value));
            case "timer" ->
                old.withRules(carp.withPeers(new PeerRules(
                        DownTimer.valueOf(value.toUpperCase(Locale.ROOT)),
                        rules.demotionMode(),
                        rules.honourDemoteByte())));
            case "demotion" ->
                old.withRules(carp.withPeers(new PeerRules(
                        rules.downTimer(),
                        DemotionMode.valueOf(value.toUpperCase(Locale.ROOT)),
                        rules.honourDemoteByte())));
            case "honour" ->
                old.withRules(
                        carp.withPeers(new PeerRules(rules.downTimer(), rules.demotionMode(), value.equals("1"))));
            case "barrier" -> old.withTakeover(takeover.withBarrier(nanos(value)));
            case "preemptDelay" -> old.withTakeover(takeover.withPreemptDelay(nanos(value)));
            case "holdOff" -> old.withTakeover(takeover.withStartHoldOff(nanos(value)));
            case "handover" -> old.withTakeover(takeover.withHandover(nanos(value)));
            case "refresh" -> old.withTakeover(takeover.withAnnounceRefresh(nanos(value)));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Set<AddressFamily> families(String value) {
        Set<AddressFamily> families = EnumSet.noneOf(AddressFamily.class);
        for (AddressFamily family : AddressFamily.values()) {
            if (value.contains(family.name().toLowerCase(Locale.ROOT))) {
                families.add(family);
            }
        }
        return families;
    }

    static PeerAdvertisement advertisement(Deque<String> words) {
        AddressFamily family = AddressFamily.IPV4;
        String from = "192.0.2.2";
        int advbase = 1;
        int advskew = 0;
        int demote = 0;
        SequencePlace place = SequencePlace.NEXT;
        while (!words.isEmpty()) {
            String name = words.pop();
            switch (name) {
                case "bow-out" -> {
                    advbase = 255;
                    advskew = 255;
                }
                case "ipv6" -> family = AddressFamily.IPV6;
                case "advbase" -> advbase = Integer.parseInt(words.pop());
                case "advskew" -> advskew = Integer.parseInt(words.pop());
                case "demote" -> demote = Integer.parseInt(words.pop());
                case "from" -> from = words.pop();
                case "place" ->
                    place = SequencePlace.valueOf(words.pop().replace('-', '_').toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException(name);
            }
        }
        return new PeerAdvertisement(
                family, Vectors.address(from), new CarpBid(advbase, advskew, demote), false, place);
    }
}
