// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.AddressLease;
import io.mirrorcarp.netio.route.Leases;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Route;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses on carpdevs that this node put there, and the routes that go with them: leased, so that the kernel removes them soon after the last {@link #renew}. An
 * address that somebody else put on a carpdev is left alone.
 */
final class CarpdevLeases {
    private static final Logger LOG = LoggerFactory.getLogger("carp");

    /** The kernel looks through all of its routes for those of a carpdev. */
    private static final int RENEWALS_BETWEEN_LOOKS = 10;

    private final int mark;
    private final Consumer<ErrnoException> onRefusedRoute = this::onRefusedRoute;
    private final Map<Integer, Set<AddressLease>> addresses = new HashMap<>();
    private final Map<Integer, Set<Route>> routes = new HashMap<>();
    private final RoutesByHand routesByHand = new RoutesByHand();
    private final Set<String> refusedRoutes = new HashSet<>();
    private @Nullable Leases leases;
    private int renewals;

    /** @param mark see {@link LeaseMark} */
    CarpdevLeases(int mark) {
        this.mark = mark;
    }

    private Leases leases() throws ErrnoException {
        if (leases == null) {
            leases = Leases.open();
        }
        return leases;
    }

    /** Removes what an earlier process of this daemon left. What it left of routes goes with the addresses, or ends by itself. */
    void recover(Rtnetlink route) throws IOException {
        List<AddressLease> left = new ArrayList<>();
        for (LinkAddress address : route.addresses()) {
            if (address.metric() == mark) {
                left.add(new AddressLease(address.ifindex(), address.address(), mark));
            }
        }
        leases().remove(left);
    }

    /** Asks the kernel for all that a take asks it, in ways that it refuses: so most of what would keep it from adding the addresses is told. */
    void rehearse(Rtnetlink route, Link carpdev, AddressPlan plan) throws IOException {
        List<AddressLease> wanted = new ArrayList<>();
        for (VirtualAddress virtual : plan.addresses()) {
            if (virtual.address().isMulticastAddress()) {
                throw new ErrnoException("add address " + virtual, Errno.EADDRNOTAVAIL);
            }
            wanted.add(new AddressLease(carpdev.index(), virtual.address(), mark));
        }
        wanted.removeAll(present(route, carpdev).keySet());
        leases().rehearse(wanted);
        leases().renew(wanted);
        rehearseRoutes(route, carpdev, plan);
        leases().remove(wanted);
    }

    /** None is added, since the addresses that they are from are not there. */
    private void rehearseRoutes(Rtnetlink route, Link carpdev, AddressPlan plan) throws ErrnoException {
        List<Route> routes = List.copyOf(CarpdevRoutes.of(List.of(plan), carpdev, table(route, carpdev)));
        leases().putRoutes(routes, CarpdevLeases::ignore);
        leases().removeRoutes(routes);
    }

    /** Every address on a carpdev that would be in the way of a lease, and whether it is one of this daemon's. */
    private Map<AddressLease, Boolean> present(Rtnetlink route, Link carpdev) throws ErrnoException {
        Map<AddressLease, Boolean> present = new HashMap<>();
        for (LinkAddress address : route.addresses()) {
            if (address.ifindex() == carpdev.index() && (address.isIpv6() || address.prefixLength() == 32)) {
                present.put(new AddressLease(carpdev.index(), address.address(), mark), address.metric() == mark);
            }
        }
        return present;
    }

    /**
     * Puts the addresses of some plans on a carpdev, with a fresh lease, and removes those that no plan has any more.
     *
     * @param taking the plans whose addresses are put there
     * @param plans all that are taken on the carpdev, with these
     * @return which addresses were not there
     * @throws IOException where one is refused; others may be there then
     */
    Set<InetAddress> put(Rtnetlink route, Link carpdev, Collection<AddressPlan> taking, Collection<AddressPlan> plans)
            throws IOException {
        remove(route, carpdev, plans);
        Map<AddressLease, Boolean> present = present(route, carpdev);
        List<AddressLease> missing = new ArrayList<>();
        List<AddressLease> ours = new ArrayList<>();
        for (InetAddress address : addressesOfPlans(taking)) {
            AddressLease lease = new AddressLease(carpdev.index(), address, mark);
            Boolean own = present.get(lease);
            if (own == null) {
                missing.add(lease);
            } else if (own) {
                ours.add(lease);
            }
        }
        Set<AddressLease> held = heldOn(addresses, carpdev);
        if (!Collections.disjoint(held, missing)) {
            // They went by themselves, or somebody removed them.
            routesByHand.keepSeen(carpdev);
        }
        held.addAll(missing);
        held.addAll(ours);
        leases().add(missing);
        leases().renew(ours);
        Set<Route> wanted = CarpdevRoutes.of(taking, carpdev, table(route, carpdev));
        heldOn(routes, carpdev).addAll(wanted);
        leases().putRoutes(List.copyOf(wanted), onRefusedRoute);
        routesByHand.put(carpdev);
        return addressesOf(missing);
    }

    private static Set<InetAddress> addressesOfPlans(Collection<AddressPlan> plans) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (AddressPlan plan : plans) {
            for (VirtualAddress virtual : plan.addresses()) {
                addresses.add(virtual.address());
            }
        }
        return addresses;
    }

    private static <T> Set<T> heldOn(Map<Integer, Set<T>> all, Link carpdev) {
        Set<T> held = all.get(carpdev.index());
        if (held == null) {
            held = new LinkedHashSet<>();
            all.put(carpdev.index(), held);
        }
        return held;
    }

    /** That of the VRF that the carpdev is a port of, or the main one. */
    private static int table(Rtnetlink route, Link carpdev) throws ErrnoException {
        if (carpdev.masterIndex() == 0) {
            return Route.MAIN_TABLE;
        }
        Link master = route.link(carpdev.masterIndex()).orElse(null);
        return master == null || master.vrfTable() == 0 ? Route.MAIN_TABLE : master.vrfTable();
    }

    private static void ignore(ErrnoException refusal) {}

    private void onRefusedRoute(ErrnoException refusal) {
        if (refusedRoutes.add(String.valueOf(refusal.getMessage()))) {
            LOG.warn("{}", refusal.getMessage());
        }
    }

    /**
     * Removes from a carpdev what no plan has.
     *
     * @param plans all that are taken on the carpdev
     */
    void remove(Rtnetlink route, Link carpdev, Collection<AddressPlan> plans) throws IOException {
        Set<AddressLease> held = addresses.getOrDefault(carpdev.index(), Set.of());
        Set<InetAddress> kept = addressesOfPlans(plans);
        List<AddressLease> unwanted = new ArrayList<>();
        for (AddressLease lease : held) {
            if (!kept.contains(lease.address())) {
                unwanted.add(lease);
            }
        }
        if (!unwanted.isEmpty()) {
            keepRoutes(route, carpdev, unwanted, !hasIpv4(kept) && isLast(route, carpdev.index()));
        }
        removeRoutes(carpdev, CarpdevRoutes.of(plans, carpdev, table(route, carpdev)));
        if (!unwanted.isEmpty()) {
            leases().remove(unwanted);
            held.removeAll(unwanted);
        }
    }

    /** @param last whether the carpdev has no IPv4 address when these are gone */
    private void keepRoutes(Rtnetlink route, Link carpdev, Collection<AddressLease> unwanted, boolean last)
            throws ErrnoException {
        if (!Collections.disjoint(present(route, carpdev).keySet(), unwanted)) {
            routesByHand.look(carpdev.index(), addressesOf(unwanted), last);
        }
        routesByHand.keepSeen(carpdev);
    }

    private static Set<InetAddress> addressesOf(Collection<AddressLease> leased) {
        Set<InetAddress> addresses = new HashSet<>();
        leased.forEach(lease -> addresses.add(lease.address()));
        return addresses;
    }

    private static boolean hasIpv4(Set<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            if (AddressFamily.of(address) == AddressFamily.IPV4) {
                return true;
            }
        }
        return false;
    }

    /** Whether the carpdev has no IPv4 address but those of this daemon. */
    private boolean isLast(Rtnetlink route, int ifindex) throws ErrnoException {
        for (LinkAddress address : route.addresses()) {
            if (address.ifindex() == ifindex && !address.isIpv6() && address.metric() != mark) {
                return false;
            }
        }
        return true;
    }

    private void removeRoutes(Link carpdev, Set<Route> kept) throws ErrnoException {
        Set<Route> held = routes.getOrDefault(carpdev.index(), Set.of());
        List<Route> unwanted = new ArrayList<>(held);
        unwanted.removeAll(kept);
        if (!unwanted.isEmpty()) {
            leases().removeRoutes(unwanted);
            held.removeAll(unwanted);
        }
    }

    /**
     * Renews everything.
     *
     * @return the addresses that were gone
     */
    List<AddressLease> renew(Rtnetlink route) throws IOException {
        List<AddressLease> all = new ArrayList<>();
        for (Set<AddressLease> some : addresses.values()) {
            all.addAll(some);
        }
        if (all.isEmpty()) {
            return List.of();
        }
        List<AddressLease> gone = leases().renew(all);
        List<Route> allRoutes = new ArrayList<>();
        for (Set<Route> some : routes.values()) {
            allRoutes.addAll(some);
        }
        leases().putRoutes(allRoutes, onRefusedRoute);
        if (renewals++ % RENEWALS_BETWEEN_LOOKS == 0) {
            lookForRoutesByHand(route);
        }
        return gone;
    }

    private void lookForRoutesByHand(Rtnetlink route) throws ErrnoException {
        for (Map.Entry<Integer, Set<AddressLease>> on : addresses.entrySet()) {
            Set<InetAddress> held = addressesOf(on.getValue());
            if (!held.isEmpty()) {
                routesByHand.look(on.getKey(), held, hasIpv4(held) && isLast(route, on.getKey()));
            }
        }
    }

    void close() {
        if (leases != null) {
            leases.close();
            leases = null;
        }
        addresses.clear();
        routes.clear();
    }
}
