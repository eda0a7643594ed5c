// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** What the hands of a node can do; see {@link NodeAction} for each. */
public interface NodeActions {
    void sendAdvertisement(NodeAction.SendAdvertisement action);

    void requestStates(NodeAction.RequestStates action);

    void resign(NodeAction.Resign action);

    void takeAddresses(NodeAction.TakeAddresses action);

    void releaseAddresses(NodeAction.ReleaseAddresses action);

    void rehearse(NodeAction.Rehearse action);

    void announce(NodeAction.Announce action);

    void countPutBack(NodeAction.CountPutBack action);

    void stateChanged(NodeAction.StateChanged action);

    void demotionChanged(NodeAction.DemotionChanged action);

    void report(NodeAction.Report action);

    void openSocket(NodeAction.OpenSocket action);

    void closeSocket(NodeAction.CloseSocket action);

    void sendProbe(NodeAction.SendProbe action);

    void hostGone(NodeAction.HostGone action);

    void beginTerm(NodeAction.BeginTerm action);

    void renewLeases();

    void readSockets();

    void judgeStates(NodeAction.JudgeStates action);

    void stopped();
}
