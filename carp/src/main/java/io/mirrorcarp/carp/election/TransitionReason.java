// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** Why a virtual host changed its state. The texts are FreeBSD's where it has one: log readers search for them. VRRP has its own where CARP's speak of its interval. */
public enum TransitionReason {
    NOT_STARTED("not started"),
    INITIALIZATION_COMPLETE("initialization complete"),
    MASTER_TIMED_OUT("master timed out"),
    MASTER_WILL_TIME_OUT("master will time out"),
    MASTER_RESIGNED("master resigned"),
    PREEMPTING_SLOWER_MASTER("preempting a slower master"),
    PREEMPTING_DEMOTED_MASTER("preempting a demoted master"),
    PREEMPTING_LOWER_PRIORITY("preempting a master of lower priority"),
    MORE_FREQUENT_ADVERTISEMENT("more frequent advertisement received"),
    BETTER_ADVERTISEMENT("advertisement of a better router received"),
    INTERFACE_DOWN("hardware interface down"),
    INTERFACE_UP("hardware interface up"),
    USER_REQUEST("user requested via carpctl"),
    NOT_ALLOWED("net.inet.carp.allow is 0"),
    ALLOWED("net.inet.carp.allow is 1"),
    ADDRESSES_REMOVED("last address removed"),
    ADDRESSES_ADDED("address added"),
    TAKE_FAILED("addresses cannot be taken"),
    STALLED("this node stood still"),
    REPLACED("another node has replaced this one"),
    SHUTDOWN("shutdown");

    private final String text;

    TransitionReason(String text) {
        this.text = text;
    }

    /** For the log line, in brackets there. */
    public String text() {
        return text;
    }

    /** Whether a living master is displaced by this node's choice, which it must be free to make. */
    boolean isVoluntary() {
        return this == PREEMPTING_SLOWER_MASTER
                || this == PREEMPTING_DEMOTED_MASTER
                || this == PREEMPTING_LOWER_PRIORITY;
    }
}
