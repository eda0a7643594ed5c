// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.List;

/** Something that the election wants done. Perform the actions of one answer in their order, at once. */
public sealed interface CarpAction {
    /** Calls the receiver's method for this action. */
    void perform(CarpActions receiver);

    /**
     * Send an advertisement in each family.
     *
     * @param families in the order of sending
     * @param bid what to say, demotion included
     */
    record SendAdvertisement(List<AddressFamily> families, Bid bid) implements CarpAction {
        /** Whether it says that this node stops being master. Then it must not leave from the virtual MAC, which a successor may have by now. */
        public boolean isBowOut() {
            return bid.isBowOut();
        }

        @Override
        public void perform(CarpActions receiver) {
            receiver.sendAdvertisement(this);
        }
    }

    /**
     * Get the states of the flows complete, then call {@link CarpInstance#onStatesReady} with the same number.
     *
     * @param request tells this request from a cancelled earlier one
     */
    record RequestStates(int request) implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.requestStates(this);
        }
    }

    /** The master timed out: it may be gone with all it had, so tell the other virtual hosts of the group, by {@link CarpInstance#onPeerDied}. */
    record MasterSilent() implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.masterSilent();
        }
    }

    /** A living master is displaced: it may be master of the other virtual hosts of the group as well, so tell them, by {@link CarpInstance#onMasterDisplaced}. */
    record MasterDisplaced() implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.masterDisplaced();
        }
    }

    /**
     * Another node says that it is master, beside this one; or that is over, since one of the two gave way or fell silent.
     *
     * @param begins whether it begins
     * @param lastedNanos how long it was so, when it is over
     */
    record TwoMasters(boolean begins, long lastedNanos) implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.twoMasters(this);
        }
    }

    /** Tell the peers on another path that this node, master until now, leaves: a carpdev without link carries no bow-out. */
    record Resign() implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.resign();
        }
    }

    /** This node becomes master: what it says from now on is to be told from the word of a node that does not know of it, {@link io.mirrorcarp.carp.auth.SequencePlace}. */
    record BeginTerm() implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.beginTerm();
        }
    }

    /** Configure the virtual addresses, then call {@link CarpInstance#onAddressesTaken} or {@link CarpInstance#onTakeFailed}. */
    record TakeAddresses() implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.takeAddresses();
        }
    }

    /** Remove the virtual addresses, or what there may be of them. */
    record ReleaseAddresses() implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.releaseAddresses();
        }
    }

    /**
     * Tell the neighbours, by gratuitous ARP and unsolicited neighbour advertisements.
     *
     * @param repeat 1 for the first since the promotion or the last conflict
     */
    record Announce(int repeat) implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.announce(this);
        }
    }

    /** Log, count and notify: it comes last, when what it tells has been asked for. */
    record StateChanged(CarpState from, CarpState to, TransitionReason reason) implements CarpAction {
        @Override
        public void perform(CarpActions receiver) {
            receiver.stateChanged(this);
        }
    }
}
