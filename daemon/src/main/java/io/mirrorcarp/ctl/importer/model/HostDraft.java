// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A virtual host as far as it is known. A setter's argument is what the key of the same name in {@code carpd.toml} means. */
public final class HostDraft {
    private final Place place;
    private final List<AddressPrefix> addresses = new ArrayList<>();
    private final List<String> routes = new ArrayList<>();
    private final List<InetAddress> peers = new ArrayList<>();
    private final List<InetAddress> sources = new ArrayList<>();
    private String name;
    private String description = "";
    private String group = "";
    private String carpdev = "";
    private int vhid;
    private int advbase = 1;
    private int advskew;
    private Secret passphrase = Secret.EMPTY;
    private MacMode mac = MacMode.VIRTUAL;
    private Optional<BalancingConfiguration> balancing = Optional.empty();
    private @Nullable VrrpConfiguration vrrp;

    /**
     * Begins one.
     *
     * @param name any text; made fit for a table's name later
     */
    public HostDraft(Place place, String name) {
        this.place = place;
        this.name = name;
    }

    public Place place() {
        return place;
    }

    public String name() {
        return name;
    }

    public void name(String text) {
        name = text;
    }

    /** A comment for people; empty for none. */
    public String description() {
        return description;
    }

    public void description(String text) {
        description = text;
    }

    /** Virtual hosts with the same text fail over together, and apart from others; empty while that is not known. */
    public String group() {
        return group;
    }

    public void group(String text) {
        group = text;
    }

    /** Empty while it is not known. */
    public String carpdev() {
        return carpdev;
    }

    public void carpdev(String device) {
        carpdev = device;
    }

    /** 0 while it is not known. */
    public int vhid() {
        return vhid;
    }

    public void vhid(int number) {
        vhid = number;
    }

    public int advbase() {
        return advbase;
    }

    public void advbase(int seconds) {
        advbase = seconds;
    }

    public int advskew() {
        return advskew;
    }

    public void advskew(int skew) {
        advskew = skew;
    }

    /** What it has in the place of advbase and advskew where it stays VRRP; empty with CARP. */
    public Optional<VrrpConfiguration> vrrp() {
        return Optional.ofNullable(vrrp);
    }

    public void vrrp(VrrpConfiguration timing) {
        vrrp = timing;
    }

    /** Empty for none. */
    public Secret passphrase() {
        return passphrase;
    }

    public void passphrase(Secret secret) {
        passphrase = secret;
    }

    public MacMode mac() {
        return mac;
    }

    public void mac(MacMode mode) {
        mac = mode;
    }

    /** Empty for a virtual host that has its addresses alone. */
    public Optional<BalancingConfiguration> balancing() {
        return balancing;
    }

    /** Has the place of vhid and advskew. */
    public void balancing(BalancingConfiguration carpnodes) {
        balancing = Optional.of(carpnodes);
    }

    public List<AddressPrefix> addresses() {
        return addresses;
    }

    /** Each as the key {@code route} has it. */
    public List<String> routes() {
        return routes;
    }

    public List<InetAddress> peers() {
        return peers;
    }

    public List<InetAddress> sources() {
        return sources;
    }
}
