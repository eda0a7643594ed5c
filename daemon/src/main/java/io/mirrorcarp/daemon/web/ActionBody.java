// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.parser.Durations;
import io.mirrorcarp.daemon.control.Sysctl;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns the body of an action into the request that {@code carpctl} would send, whose checks then hold for both. */
final class ActionBody {
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final JsonObject body;
    private final Set<String> known = new TreeSet<>();

    private ActionBody(JsonObject body) {
        this.body = body;
    }

    /** Throws a {@link Refusal} for a body that the action does not have. */
    static Request of(String action, JsonObject body) throws Refusal {
        ActionBody members = new ActionBody(body);
        Request request = members.request(action);
        for (String key : body.fieldNames()) {
            if (!members.known.contains(key)) {
                String there = members.known.isEmpty() ? "nothing" : String.join(", ", members.known);
                throw Refusal.badBody(action + " does not take \"" + key + "\": there is " + there);
            }
        }
        return request;
    }

    private Request request(String action) throws Refusal {
        Request.Builder request = Request.newBuilder();
        switch (action) {
            case "failover" -> request.setFailover(failover());
            case "maintenance" -> request.setMaintenance(maintenance());
            case "disable" ->
                request.setSysctl(Request.Sysctl.newBuilder()
                        .setName(Sysctl.ALLOW.fullName())
                        .setValue(bool("on") ? 0 : 1));
            case "bulk" -> request.setPfsyncBulk(Request.PfsyncBulk.getDefaultInstance());
            case "verify" -> request.setPfsyncVerify(Request.PfsyncVerify.getDefaultInstance());
            case "demote" -> {
                if (isSet("reset")) {
                    request.setDemoteReset(reset());
                } else {
                    request.setDemote(demote());
                }
            }
            case "vhid" -> request.setVhid(vhid());
            default -> throw new IllegalArgumentException(action);
        }
        return request.build();
    }

    private Request.Failover failover() throws Refusal {
        long waitMillis = millis("wait");
        if (waitMillis > LONGEST_WAIT_MILLIS) {
            throw Refusal.badBody("wait must be at most 30s, as long as an answer is waited for here");
        }
        Request.Failover.Builder failover = Request.Failover.newBuilder().setWaitMillis(waitMillis);
        if (has("to")) {
            failover.setTo(text("to"));
        }
        return failover.setForce(isSet("force")).build();
    }

    private Request.Maintenance maintenance() throws Refusal {
        Request.Maintenance.Builder maintenance =
                Request.Maintenance.newBuilder().setOn(bool("on"));
        if (has("reason")) {
            maintenance.setReason(text("reason"));
        }
        return maintenance.setForce(isSet("force")).build();
    }

    private Request.Demote demote() throws Refusal {
        Request.Demote.Builder demote = Request.Demote.newBuilder()
                .setValue(number("value"))
                .setReason(has("reason") ? text("reason") : "")
                .setForMillis(millis("for"));
        if (has("group")) {
            demote.setGroup(text("group"));
        }
        return demote.build();
    }

    private Request.DemoteReset reset() throws Refusal {
        Request.DemoteReset.Builder reset = Request.DemoteReset.newBuilder();
        if (has("group")) {
            reset.setGroup(text("group"));
        }
        return reset.build();
    }

    private Request.Vhid vhid() throws Refusal {
        return Request.Vhid.newBuilder()
                .setName(text("name"))
                .setVerb(verb(text("verb")))
                .setForce(isSet("force"))
                .setForMillis(millis("for"))
                .build();
    }

    private static Request.Vhid.Verb verb(String text) throws Refusal {
        for (Request.Vhid.Verb verb : Request.Vhid.Verb.values()) {
            if (verb != Request.Vhid.Verb.NONE
                    && verb.name().toLowerCase(Locale.ROOT).equals(text)) {
                return verb;
            }
        }
        throw Refusal.badBody("verb must be down, up, master or backup, not \"" + text + "\"");
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return body.getValue(key);
    }

    /** A boolean that need not be there. */
    private boolean isSet(String member) throws Refusal {
        return has(member) && bool(member);
    }

    private boolean has(String key) {
        return value(key) != null;
    }

    private boolean bool(String key) throws Refusal {
        if (value(key) instanceof Boolean bool) {
            return bool;
        }
        throw Refusal.badBody(key + " must be true or false");
    }

    private int number(String key) throws Refusal {
        if (value(key) instanceof Integer number) {
            return number;
        }
        throw Refusal.badBody(key + " must be a whole number");
    }

    private String text(String key) throws Refusal {
        if (value(key) instanceof String text) {
            return text;
        }
        throw Refusal.badBody(key + " must be a text");
    }

    /** 0 where it is not there. */
    private long millis(String key) throws Refusal {
        if (!has(key)) {
            return 0;
        }
        return Durations.parse(text(key))
                .filter(span -> !span.isZero())
                .map(Duration::toMillis)
                .orElseThrow(() -> Refusal.badBody(key + " must be a duration such as 30s, 10m or 1h"));
    }
}
