// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The virtual hosts that run on a node: they come, change and go. */
final class RunningHosts {
    private final CarpNode node;
    private final Map<String, RunningHost> byName = new LinkedHashMap<>();
    private final Map<String, Promise<Void>> departures = new HashMap<>();

    RunningHosts(CarpNode node) {
        this.node = node;
    }

    /** Makes the hands of one; the election is told by whoever calls. */
    void put(VirtualHost host) {
        byName.put(host.name(), new RunningHost(host, node.carpdevs().of(host.carpdev()), node));
    }

    RunningHost of(String name) {
        return Objects.requireNonNull(byName.get(name));
    }

    Collection<RunningHost> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    private List<VirtualHost> virtualHosts() {
        return byName.values().stream().map(RunningHost::host).toList();
    }

    /**
     * The virtual hosts are these from now on; see {@link HostChanges}.
     *
     * @return done when those that go have gone and the new ones have started
     */
    Future<Void> reconfigure(List<VirtualHost> next) {
        HostChanges changes = HostChanges.between(virtualHosts(), next);
        List<Future<Void>> leaving =
                changes.departing().stream().map(this::depart).toList();
        changes.changed().forEach(changed -> of(changed.name()).change(changed));
        return Future.join(leaving)
                .compose(gone -> node.carpdevs().setHosts(next))
                .onSuccess(listening -> next.stream()
                        .filter(host -> !byName.containsKey(host.name()))
                        .forEach(this::add));
    }

    private Future<Void> depart(String name) {
        Promise<Void> gone = Promise.promise();
        departures.put(name, gone);
        node.input(now -> node.election().onHostRemoved(name, now));
        return gone.future();
    }

    /** One that was to go has let its addresses go. */
    void forget(String name) {
        of(name).forget();
        byName.remove(name);
        node.input(now -> node.election().onHostForgotten(name, now));
        Promise<Void> departure = departures.remove(name);
        if (departure != null) {
            departure.complete();
        }
    }

    private void add(VirtualHost host) {
        put(host);
        node.input(now -> node.election().onHostAdded(host.elected(), now));
        Carpdevs carpdevs = node.carpdevs();
        carpdevs.onStatus(carpdevs.of(host.carpdev()).status());
    }

    /**
     * Changes net.inet.carp.arpbalance. No moment is without an answer: this program begins to answer before the kernel ends, and ends when the kernel
     * has begun.
     *
     * @return done when the kernel is told; fails with {@link IllegalArgumentException} where it cannot be
     */
    Future<Void> setArpBalance(boolean changed) {
        Optional<String> refusal = ArpAnswers.refusal(virtualHosts(), changed);
        if (refusal.isPresent()) {
            return Future.failedFuture(new IllegalArgumentException(refusal.get()));
        }
        List<Future<Void>> told = new ArrayList<>();
        byName.values().forEach(host -> told.add(host.setArpBalance(changed)));
        if (changed) {
            node.carpdevs().renewArpAnswers(virtualHosts());
        }
        return Future.join(told)
                .onComplete(done -> node.carpdevs().renewArpAnswers(virtualHosts()))
                .mapEmpty();
    }
}
