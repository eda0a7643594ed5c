// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** What the hands of the election can do; see {@link CarpAction} for each. */
public interface CarpActions {
    void sendAdvertisement(CarpAction.SendAdvertisement action);

    void requestStates(CarpAction.RequestStates action);

    void masterSilent();

    void masterDisplaced();

    void twoMasters(CarpAction.TwoMasters action);

    void resign();

    void beginTerm();

    void takeAddresses();

    void releaseAddresses();

    void announce(CarpAction.Announce action);

    void stateChanged(CarpAction.StateChanged action);
}
