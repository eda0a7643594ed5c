// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** Something that the election of a node wants done. Perform the actions of one answer in their order, at once. */
public sealed interface NodeAction {
    /** Calls the receiver's method for this action. */
    void perform(NodeActions receiver);

    /** Sign an advertisement for each family, then send them all. Tell {@link NodeElection#onSent} of each. */
    record SendAdvertisement(String host, CarpAction.SendAdvertisement what) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.sendAdvertisement(this);
        }
    }

    /** Get the states of the flows complete, then call {@link NodeElection#onStatesReady} with the same number. */
    record RequestStates(String host, int request) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.requestStates(this);
        }
    }

    /** Tell the peers on another path that this node, master until now, leaves: a carpdev without link carries no bow-out. */
    record Resign(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.resign(this);
        }
    }

    /**
     * Configure the virtual addresses, or bring them in line; then call {@link NodeElection#onTaken} or {@link NodeElection#onTakeFailed}.
     *
     * @param attempt to give back
     */
    record TakeAddresses(String host, int attempt) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.takeAddresses(this);
        }
    }

    /** Remove the virtual addresses. */
    record ReleaseAddresses(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.releaseAddresses(this);
        }
    }

    /** Try what a takeover begins with, then call {@link NodeElection#onRehearsed}. */
    record Rehearse(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.rehearse(this);
        }
    }

    /** Tell the neighbours of the addresses that are held, by gratuitous ARP and unsolicited neighbour advertisements. */
    record Announce(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.announce(this);
        }
    }

    /** Count that addresses which somebody had taken away are there again. */
    record CountPutBack(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.countPutBack(this);
        }
    }

    /** Log, count and notify: it comes last, when what it tells has been asked for. */
    record StateChanged(String host, CarpAction.StateChanged what) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.stateChanged(this);
        }
    }

    /** Log and notify: a counter of the demotion changed. */
    record DemotionChanged(DemotionChange change) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.demotionChanged(this);
        }
    }

    /** Tell the administrator that something is wrong. */
    record Report(String message) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.report(this);
        }
    }

    /**
     * Close the socket of the interface that had the name before, make that which has it now ready, and open a socket on it; then call
     * {@link NodeElection#onOpened} or {@link NodeElection#onOpenFailed}.
     */
    record OpenSocket(String carpdev) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.openSocket(this);
        }
    }

    /** The interface is gone: close its socket. */
    record CloseSocket(String carpdev) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.closeSocket(this);
        }
    }

    /** Send a frame that nobody hears, and tell {@link NodeElection#onSent} of its fate. */
    record SendProbe(String carpdev) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.sendProbe(this);
        }
    }

    /** A virtual host that was to go has let its addresses go: forget it, and call {@link NodeElection#onHostForgotten}. */
    record HostGone(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.hostGone(this);
        }
    }

    /** Sign the advertisements of a virtual host as of a new term from now on. With VRRP there is none. */
    record BeginTerm(String host) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.beginTerm(this);
        }
    }

    /** Renew the lease of every address that is held. */
    record RenewLeases() implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.renewLeases();
        }
    }

    /** Hand over every frame that waits in a socket, then call {@link NodeElection#onSocketsRead}: at once. */
    record ReadSockets() implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.readSockets();
        }
    }

    /**
     * Have the states of the flows judged anew, as this node slept; then call {@link NodeElection#onStatesJudged} with the same number.
     *
     * @param carrying whether the node is master of a virtual host, whose packets may have gone another way meanwhile
     */
    record JudgeStates(int request, boolean carrying) implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.judgeStates(this);
        }
    }

    /** The election is over, and has let every address go. */
    record Stopped() implements NodeAction {
        @Override
        public void perform(NodeActions receiver) {
            receiver.stopped();
        }
    }
}
