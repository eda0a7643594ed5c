// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpListener;
import io.mirrorcarp.carp.Resignation;
import io.mirrorcarp.carp.StateChange;
import io.mirrorcarp.carp.election.DemotionChange;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.metrics.Measures;
import io.mirrorcarp.daemon.metrics.TransitionCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Hands on what the election tells: to the followers of the events, and to the hooks. */
final class ElectionEvents implements CarpListener {
    private static final String SUBJECT = "carp";

    private final EventLog events;
    private final Measures measures;
    private final Consumer<StateChange> hooks;
    private final Runnable onDemotion;
    private final Consumer<Resignation> onResign;
    private final Runnable onStatesDoubted;
    private final Consumer<Throwable> onFailure;

    /**
     * @param hooks told of each change of state; must return at once
     * @param onDemotion told that the demotion is another one; must return at once
     * @param onStatesDoubted told that the states of the peers are to be heard of anew; must return at once
     * @param onResign told of each virtual host that this node leaves as master; must return at once
     */
    ElectionEvents(
            EventLog events,
            Measures measures,
            Consumer<StateChange> hooks,
            Runnable onDemotion,
            Consumer<Resignation> onResign,
            Runnable onStatesDoubted,
            Consumer<Throwable> onFailure) {
        this.events = events;
        this.measures = measures;
        this.hooks = hooks;
        this.onDemotion = onDemotion;
        this.onResign = onResign;
        this.onStatesDoubted = onStatesDoubted;
        this.onFailure = onFailure;
    }

    @Override
    public void onStateChange(StateChange change) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("type", "state");
        facts.put("name", change.host().name());
        facts.put("vhid", change.host().vhid());
        facts.put("carpdev", change.host().carpdev());
        facts.put("from", change.from().label());
        facts.put("to", change.to().label());
        facts.put("reason", change.reason().text());
        events.keep(SUBJECT, change.text(), facts);
        measures.transitions()
                .count(new TransitionCounts.Transition(
                        change.host().name(),
                        change.host().vhid(),
                        change.host().carpdev(),
                        change.to().label(),
                        change.reason().text()));
        hooks.accept(change);
    }

    @Override
    public void onResign(Resignation resignation) {
        onResign.accept(resignation);
    }

    @Override
    public void onStatesDoubted() {
        onStatesDoubted.run();
    }

    @Override
    public void onDemotion(DemotionChange change) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("type", "demotion");
        facts.put("group", change.group());
        facts.put("by", change.by());
        facts.put("total", change.total());
        facts.put("reason", change.reason());
        events.keep(SUBJECT, change.text(), facts);
        onDemotion.run();
    }

    @Override
    public void onEvent(String message) {
        events.keep(SUBJECT, message);
    }

    @Override
    public void onAdvertisementSent(long lateNanos) {
        measures.lateness().add(lateNanos);
    }

    @Override
    public void onTakenOver(long nanos) {
        measures.takeovers().add(nanos);
    }

    @Override
    public void onFailure(Throwable failure) {
        onFailure.accept(failure);
    }
}
