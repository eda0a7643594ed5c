// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.carp.auth.FloodGate;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.election.DemotionChange;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.netio.Errno;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of CARP, by the levels and the priorities of FreeBSD's net.inet.carp.log: changes are informational, bad packets are for debugging, and
 * trouble of this node is logged at every level.
 */
final class CarpLog {
    private static final Logger LOG = LoggerFactory.getLogger("carp");
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int REMEMBERED = 256;
    private static final int SENDERS = 4;
    private static final int CHANGES = 1;

    /** What the journal finds such entries by (systemd.journal-fields(7)): random, and the same for ever. */
    private static final String STATE_CHANGE_ID = "5cf6f1a3a8cb4f2f9c1b1f0a7de64b21";

    private static final String DEMOTION_ID = "c0b6c94d2f6e4b7d8a60a2f7b9385e14";
    private static final int BAD_PACKETS = 2;

    private record Source(
            String subject, String what, @Nullable InetAddress address) {
        boolean isOf(String someSubject, String something) {
            return address != null && subject.equals(someSubject) && what.equals(something);
        }
    }

    private final CarpListener listener;
    private final Map<Source, Long> quietUntilNanos = new HashMap<>();
    private int level;

    CarpLog(CarpListener listener, int level) {
        this.listener = listener;
        this.level = level;
    }

    void setLevel(int changed) {
        level = changed;
    }

    int level() {
        return level;
    }

    /** A virtual host changed its state. */
    void stateChange(StateChange change) {
        if (level >= CHANGES) {
            LOG.atInfo()
                    .addKeyValue("MESSAGE_ID", STATE_CHANGE_ID)
                    .addKeyValue("CARP_VHID", change.host().vhid())
                    .addKeyValue("CARP_NAME", change.host().name())
                    .addKeyValue("CARP_CARPDEV", change.host().carpdev())
                    .addKeyValue("CARP_OLD_STATE", change.from().label())
                    .addKeyValue("CARP_STATE", change.to().label())
                    .addKeyValue("CARP_REASON", change.reason().text())
                    .log(change.text());
        }
        listener.onStateChange(change);
    }

    /** A counter of the demotion changed. */
    void demotion(DemotionChange change) {
        if (level >= CHANGES) {
            LOG.atInfo()
                    .addKeyValue("MESSAGE_ID", DEMOTION_ID)
                    .addKeyValue("CARP_DEMOTION", change.total())
                    .addKeyValue("CARP_REASON", change.reason())
                    .log(change.text());
        }
        listener.onDemotion(change);
    }

    /** Something is wrong on this node. */
    void trouble(String message) {
        LOG.warn(message);
        listener.onEvent(message);
    }

    /** A discarded packet: once a minute for each reason and source. */
    void badPacket(String subject, Rejection reason, @Nullable InetAddress address, long nowNanos) {
        if (level < BAD_PACKETS || !mayTell(new Source(subject, reason.name(), address), nowNanos)) {
            return;
        }
        String from = address == null ? "" : " from " + AddressText.format(address);
        LOG.debug("{}: packet{} discarded: {}", subject, from, reason);
    }

    /**
     * An advertisement of this vhid that is not authentic, which mostly means two masters: told at most once a minute for each sender, with the changes. A segment has few of
     * them: what comes from more addresses within a minute is made up, and told once.
     *
     * @param subject the virtual host
     */
    void badAuth(String subject, InetAddress address, long nowNanos) {
        String what = Rejection.BAD_AUTH.name();
        if (level < CHANGES || isQuiet(new Source(subject, what, address), nowNanos)) {
            return;
        }
        boolean many = quietUntilNanos.keySet().stream()
                        .filter(source -> source.isOf(subject, what))
                        .filter(source -> isQuiet(source, nowNanos))
                        .count()
                >= SENDERS;
        if (many && mayTell(new Source(subject, what, null), nowNanos)) {
            trouble("VHID " + subject + ": advertisements with another password or other addresses from more than "
                    + SENDERS + " senders, at last " + AddressText.format(address) + ": find out who sends them");
        } else if (!many && mayTell(new Source(subject, what, address), nowNanos)) {
            trouble("VHID " + subject + ": advertisement from " + AddressText.format(address)
                    + " with another password or other addresses: both nodes may be master; compare both settings");
        }
    }

    /**
     * An advertisement that does not prove what it says, where it has to: told at most once a minute for each virtual host, with the changes.
     *
     * @param trust why it has to
     */
    void unproven(String subject, InetAddress address, Verdict.Trust trust, long nowNanos) {
        if (level >= CHANGES && mayTell(new Source(subject, Rejection.UNPROVEN.name(), null), nowNanos)) {
            String from = "VHID " + subject + ": advertisement from " + AddressText.format(address);
            trouble(
                    trust == Verdict.Trust.FELL_BACK
                            ? from
                                    + " proves nothing, and those before did: it is not obeyed; if another program or an "
                                    + "earlier version runs there now, restart carpd here"
                            : from + " does not prove what it says: auth = \"strict\" obeys only nodes that run this "
                                    + "program; set \"compatible\" on all nodes if this is one of them");
        }
    }

    /** A VRRP 2 router that advertises at another interval is not obeyed, so that both may be master: told as {@link #badAuth} is. */
    void badInterval(String subject, InetAddress address, long nowNanos) {
        if (level >= CHANGES && mayTell(new Source(subject, Rejection.BAD_INTERVAL.name(), null), nowNanos)) {
            trouble("VHID " + subject + ": " + AddressText.format(address)
                    + " advertises at another interval, with which VRRP 2 has it passed over: both nodes may be "
                    + "master; set the same interval on both");
        }
    }

    /** A VRRP router is for other addresses than this node: told at most once a minute for each virtual host, with the changes. */
    void otherAddresses(String subject, InetAddress address, String said, long nowNanos) {
        if (level >= CHANGES && mayTell(new Source(subject, "addresses", null), nowNanos)) {
            trouble("VHID " + subject + ": " + AddressText.format(address)
                    + " advertises other addresses than this node has: " + said
                    + "; keepalived does not obey such advertisements: set the same list on both");
        }
    }

    /** A flood on a carpdev has begun, or is over: told at most once a minute for each carpdev. */
    void flood(String carpdev, FloodGate gate, int errno, long nowNanos) {
        if (errno != 0) {
            trouble("filter of advertisements on " + carpdev + ": " + Errno.describe(errno));
        } else if (gate.isOn() && level >= CHANGES && mayTell(new Source(carpdev, "flood", null), nowNanos)) {
            trouble(carpdev + ": about " + gate.perSecond()
                    + " advertisements a second that nobody with the passphrase sent: the kernel drops most of them, and none that a"
                    + " known peer may have sent; find out who sends them (" + gate.floods() + " floods so far)");
        }
    }

    private boolean isQuiet(Source source, long nowNanos) {
        Long until = quietUntilNanos.get(source);
        return until != null && nowNanos < until;
    }

    private boolean mayTell(Source source, long nowNanos) {
        if (isQuiet(source, nowNanos)) {
            return false;
        }
        if (quietUntilNanos.size() >= REMEMBERED) {
            quietUntilNanos.values().removeIf(end -> nowNanos >= end);
        }
        if (quietUntilNanos.size() < REMEMBERED) {
            quietUntilNanos.put(source, nowNanos + QUIET_NANOS);
            return true;
        }
        return false;
    }
}
