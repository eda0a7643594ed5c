// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every digest that an advertisement may carry: the contexts, times the address sets, times the keys. */
final class AcceptedDigests {
    private record Candidate(DigestMatch match, AdvertisementHmac hmac) {}

    /** A power of two, more than are expected at any time of one peer. */
    private static final int KEPT = 128;

    private record Kept(long counter, List<Digest> digests) {}

    private final @Nullable Kept[] kept = new @Nullable Kept[KEPT];
    private final AuthSettings settings;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<DigestContext, AdvertisementHmac> signing = new EnumMap<>(DigestContext.class);

    AcceptedDigests(AuthSettings settings, AddressSet current, @Nullable AddressSet previous) {
        this.settings = settings;
        for (DigestContext context : DigestContext.values()) {
            signing.put(context, hmac(settings.key(), context.select(current, settings.vhid())));
        }
        addCandidates(settings.key(), false, current, previous);
        CarpKey nextKey = settings.nextKey();
        if (nextKey != null && !nextKey.equals(settings.key())) {
            addCandidates(nextKey, true, current, previous);
        }
    }

    private void addCandidates(CarpKey key, boolean isNext, AddressSet current, @Nullable AddressSet previous) {
        Set<AddressSet> covered = new HashSet<>();
        addCandidates(key, isNext, current, false, covered);
        if (previous != null) {
            addCandidates(key, isNext, previous, true, covered);
        }
    }

    private void addCandidates(
            CarpKey key, boolean isNext, AddressSet addresses, boolean isPrevious, Set<AddressSet> covered) {
        for (DigestContext context : DigestContext.values()) {
            AddressSet selected = context.select(addresses, settings.vhid());
            if (covered.add(selected)) {
                candidates.add(new Candidate(new DigestMatch(context, isPrevious, isNext), hmac(key, selected)));
            }
        }
    }

    private AdvertisementHmac hmac(CarpKey key, AddressSet covered) {
        return new AdvertisementHmac(key, settings.vhid(), covered, settings.lladdr());
    }

    /** Tries every candidate, also after one matched, so that the time taken tells nothing. */
    @Nullable
    DigestMatch find(CarpAdvertisement advertisement) {
        List<Digest> right = digests(advertisement.counter());
        DigestMatch found = null;
        for (int i = 0; i < right.size(); i++) {
            boolean matches = right.get(i).equals(advertisement.md());
            found = matches && found == null ? candidates.get(i).match : found;
        }
        return found;
    }

    /** Of each candidate. They are kept for a while: forged advertisements come with the few counters that are expected. */
    private List<Digest> digests(long counter) {
        int place = (int) (counter & (KEPT - 1));
        Kept known = kept[place];
        if (known != null && known.counter == counter) {
            return known.digests;
        }
        List<Digest> digests = new ArrayList<>();
        for (Candidate candidate : candidates) {
            digests.add(candidate.hmac.digest(counter));
        }
        kept[place] = new Kept(counter, digests);
        return digests;
    }

    Digest sign(DigestContext context, long counter) {
        AdvertisementHmac hmac = signing.get(context);
        if (hmac == null) {
            throw new IllegalStateException("no digest for " + context);
        }
        return hmac.digest(counter);
    }
}
