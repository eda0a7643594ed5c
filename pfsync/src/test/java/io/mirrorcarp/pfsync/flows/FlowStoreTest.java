// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowStoreTest {
    private static final long SEED = 20;

    private final Random random = new Random(SEED);
    private final FlowStore store = new FlowStore();
    private final Map<Long, Long> model = new HashMap<>();
    private final List<Long> hashes = new ArrayList<>();

    private void put(long hash, long entry) {
        if (store.find(hash)) {
            store.setEntry(entry);
        } else {
            store.add(hash, entry);
            hashes.add(hash);
        }
        store.setContent(~entry, (int) entry);
        store.setDeadline((int) hash);
        model.put(hash, entry);
    }

    private void remove(int place) {
        long hash = hashes.get(place);
        hashes.set(place, hashes.get(hashes.size() - 1));
        hashes.remove(hashes.size() - 1);
        assertThat(store.find(hash)).isTrue();
        store.remove();
        assertThat(store.find(hash)).isFalse();
        model.remove(hash);
    }

    private void check() {
        assertThat(store.size()).isEqualTo(model.size());
        model.forEach((hash, entry) -> {
            if (!store.find(hash)
                    || store.entry() != entry
                    || store.fingerprint() != ~entry
                    || store.detail() != (int) (long) entry
                    || store.deadline() != (int) (long) hash) {
                throw new AssertionError("seed " + SEED + ": " + Long.toHexString(hash));
            }
        });
        Set<Long> selected = new HashSet<>();
        store.select(entry -> true).forEachLong(selected::add);
        assertThat(selected).isEqualTo(model.keySet());
    }

    @Test
    void growsAndShrinksAndForgetsNothing() {
        for (int round = 0; round < 3; round++) {
            while (model.size() < 30_000) {
                put(random.nextLong(), random.nextLong(1, Long.MAX_VALUE));
                if (random.nextInt(4) == 0) {
                    remove(random.nextInt(hashes.size()));
                }
            }
            check();
            store.replaceAll(entry -> entry ^ 1L << 40);
            model.replaceAll((hash, entry) -> entry ^ 1L << 40);
            hashes.forEach(hash -> put(hash, model.get(hash)));
            while (model.size() > 100) {
                remove(random.nextInt(hashes.size()));
            }
            check();
        }
    }

    @Test
    void hashesThatAreMuchAlikeAreToldApart() {
        for (long i = 0; i < 3_000; i++) {
            put(i << 44 | random.nextInt(4), i + 1);
        }
        check();
        while (!model.isEmpty()) {
            remove(random.nextInt(hashes.size()));
        }
        check();
    }

    @Test
    void theMemoryOfWhatIsGoneIsUsedAgain() {
        FlowPages pages = new FlowPages();
        int page = pages.take();
        pages.giveBack(page);
        assertThat(pages.take()).isEqualTo(page);
        long bytes = pages.bytes();
        for (int i = 1; i < FlowPages.CHUNK_PAGES; i++) {
            pages.take();
        }
        assertThat(pages.bytes()).isEqualTo(bytes);
        pages.take();
        assertThat(pages.bytes()).isEqualTo(2 * bytes);
    }

    @Test
    void takesTheSameMemoryForAFlowHoweverManyThereAre() {
        for (int flows = 1; flows <= 300_000; flows++) {
            store.add(random.nextLong(), 1);
            if (flows >= 100_000 && flows % 1_000 == 0) {
                assertThat((double) store.usedBytes() / flows)
                        .as("%d flows", flows)
                        .isBetween(50.0, 55.0);
            }
        }
    }
}
