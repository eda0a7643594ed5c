// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.FilterConfiguration.TcpState;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The state channel as far as it is known. */
public final class SyncDraft {
    private final Place place;
    private final List<InetAddress> peers = new ArrayList<>();
    private final List<AddressPrefix> ignored = new ArrayList<>();
    private final Set<Protocol> protocols = new TreeSet<>();
    private final List<AddressPrefix> wanted = new ArrayList<>();
    private final Set<TcpState> states = EnumSet.noneOf(TcpState.class);
    private String syncdev = "";
    private OptionalInt maxupd = OptionalInt.empty();

    public SyncDraft(Place place) {
        this.place = place;
    }

    public Place place() {
        return place;
    }

    /** Empty while it is not known. */
    public String syncdev() {
        return syncdev;
    }

    public void syncdev(String device) {
        syncdev = device;
    }

    public OptionalInt maxupd() {
        return maxupd;
    }

    public void maxupd(int updates) {
        maxupd = OptionalInt.of(updates);
    }

    public List<InetAddress> peers() {
        return peers;
    }

    /** Networks whose flows are not replicated, besides the loopback's. */
    public List<AddressPrefix> ignored() {
        return ignored;
    }

    /** Empty for the usual ones. */
    public Set<Protocol> protocols() {
        return protocols;
    }

    /** Networks in one of which an end of a flow must be; empty for all. */
    public List<AddressPrefix> wanted() {
        return wanted;
    }

    /** The states of TCP whose flows are replicated; empty for all. */
    public Set<TcpState> states() {
        return states;
    }
}
