// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.AddressLease;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual addresses of this node in its kernel. They are on the carpdev itself, each leased ({@link CarpdevLeases}). With the virtual MAC, {@link VirtualMacTable}
 * gives the carpdev that one beside its own.
 *
 * <p>{@code ip_nonlocal_bind} lets a service bind a virtual address that the node does not have yet. {@code arp_announce=2}
 * keeps an address for which this program answers ARP out of the kernel's own requests.
 *
 * <p>Loops instead of streams, here and wherever addresses are taken: a lambda that runs for the first time costs most of a millisecond, and the first time
 * is a failover.
 */
final class KernelAddresses implements VirtualAddresses {
    private static final Logger LOG = LoggerFactory.getLogger("carp");

    /** Kinds of devices that get from their lower device the frames to their own MAC only. */
    private static final Set<String> OWN_MAC_ONLY = Set.of("macvlan", "macvtap");

    /** Kinds that have the MAC of their lower device, and get its frames by the IP address. */
    private static final Set<String> MAC_OF_THE_LOWER = Set.of("ipvlan", "ipvtap");

    private record Taken(AddressPlan plan, Link carpdev, LeasedMacs macs) {}

    /** What the kernel granted once: from then on only settings of the host are looked at. */
    private record Rehearsed(AddressPlan plan, int ifindex) {}

    private final SysctlRestore settings;
    private final VirtualMacTable macs;
    private final CarpdevLeases leases;
    private final SlotFilters slots;
    private final Map<String, Taken> taken = new LinkedHashMap<>();
    private final Set<Rehearsed> rehearsed = new HashSet<>();
    private final List<LeasedMacs> leftMacs = new ArrayList<>();
    private final Set<String> refusedSettings = new HashSet<>();
    private @Nullable Rtnetlink rtnetlink;

    /** @param restoreFile see {@link LinuxCarpNetwork} */
    KernelAddresses(Path restoreFile) {
        Path file = restoreFile.toAbsolutePath();
        settings = new SysctlRestore(new DurableLines(file));
        macs = new VirtualMacTable("virtual MACs of carpd, " + file.getParent());
        leases = new CarpdevLeases(LeaseMark.of(file));
        slots = new SlotFilters(LeaseMark.of(file));
    }

    @Override
    public synchronized void recover() throws IOException {
        leases.recover(route());
        settings.recover();
    }

    /** A setting that cannot be made, or not be noted for the next start, does not keep the node from its work. */
    @Override
    public synchronized void prepare(String carpdev) {
        macs.forget(carpdev);
        cleanSlots(carpdev);
        rehearsed.removeIf(done -> done.plan().carpdev().equals(carpdev));
        set("ipv4/ip_nonlocal_bind", "1", "services cannot bind virtual addresses that this node does not have");
        set("ipv6/ip_nonlocal_bind", "1", "services cannot bind virtual addresses that this node does not have");
    }

    private void cleanSlots(String carpdev) {
        try {
            Link link = route().link(carpdev).orElse(null);
            if (link != null) {
                slots.clean(link);
            }
        } catch (ErrnoException e) {
            // A balanced virtual host will find out; no other one needs it.
            LOG.debug("filters on {}: {}", carpdev, e.getMessage());
        }
    }

    private void set(String path, String value, String without) {
        try {
            settings.set(path, value);
        } catch (IOException e) {
            if (refusedSettings.add(path)) {
                LOG.warn("{}: {}", without, e.getMessage());
            }
        }
    }

    @Override
    public synchronized void rehearse(AddressPlan plan) throws IOException {
        Link carpdev = carpdev(plan);
        Silencers.check(carpdev, plan, route().addresses());
        if (plan.mac() == MacMode.VIRTUAL) {
            refuseOtherMacvlan(carpdev, plan, route().links());
        }
        Rehearsed done = new Rehearsed(plan, carpdev.index());
        if (taken.containsKey(key(plan)) || !rehearsed.add(done)) {
            return;
        }
        try {
            rehearseOn(carpdev, plan);
        } catch (IOException e) {
            rehearsed.remove(done);
            throw e;
        }
    }

    private void rehearseOn(Link carpdev, AddressPlan plan) throws IOException {
        if (plan.mac() == MacMode.VIRTUAL) {
            open(carpdev, plan);
            macs.rehearse(MacElements.of(List.of(plan), own(carpdev)));
            LeasedMacs.rehearse(plan);
            keepSlots(carpdev, plan);
            setMacs(carpdev);
            endSlots(carpdev, plan);
        }
        leases.rehearse(route(), carpdev, plan);
        leases.remove(route(), carpdev, plansOn(carpdev));
    }

    /**
     * A macvlan with the same MAC, as of a keepalived that has the same number, would take the frames.
     *
     * @param links all of the host
     */
    private static void refuseOtherMacvlan(Link carpdev, AddressPlan plan, Collection<Link> links) throws IOException {
        Set<MacAddress> macs = plan.virtualMacs();
        for (Link other : links) {
            MacAddress mac = other.mac();
            if (other.parentIndex() == carpdev.index() && other.isUp() && macs.contains(mac)) {
                throw new ErrnoException("use " + mac + ", which " + other.name() + " has", Errno.EADDRINUSE);
            }
        }
    }

    private Link carpdev(AddressPlan plan) throws ErrnoException {
        Link carpdev = route().link(plan.carpdev()).orElse(null);
        if (carpdev == null) {
            throw new ErrnoException("find carpdev " + plan.carpdev(), Errno.ENODEV);
        }
        return carpdev;
    }

    /** Makes the carpdev ready for virtual MACs, unless it is. */
    private void open(Link carpdev, AddressPlan plan) throws IOException {
        Link lower = null;
        if (OWN_MAC_ONLY.contains(carpdev.kind()) || MAC_OF_THE_LOWER.contains(carpdev.kind())) {
            lower = carpdev.parentIndex() == 0
                    ? null
                    : route().link(carpdev.parentIndex()).orElse(null);
            if (lower == null || MAC_OF_THE_LOWER.contains(carpdev.kind())) {
                throw new IOException(carpdev.name() + " is of kind " + carpdev.kind()
                        + " and gets no frame to a virtual MAC from its lower device: set mac = \"interface\"");
            }
        }
        if (lower != null && plan.balancing() != null) {
            throw new IOException(carpdev.name() + " is a macvlan, which gets no frame to a balanced MAC: name "
                    + lower.name() + " as carpdev, or set balancing = \"off\"");
        }
        macs.open(carpdev, lower);
        if (!plan.answersArp()) {
            set(
                    "ipv4/conf/" + carpdev.name() + "/arp_announce",
                    "2",
                    "the kernel may announce an address that several vhids share");
        }
    }

    @Override
    public synchronized HeldAddresses take(AddressPlan plan) throws IOException {
        Link carpdev = carpdev(plan);
        try {
            return takeOn(carpdev, List.of(plan)).get(0);
        } catch (IOException e) {
            rehearsed.remove(new Rehearsed(plan, carpdev.index()));
            giveUpAfter(e, plan);
            throw e;
        }
    }

    @Override
    public synchronized List<TakeOutcome> takeAll(List<AddressPlan> plans) {
        Map<AddressPlan, TakeOutcome> outcomes = new HashMap<>();
        for (AddressPlan plan : plans) {
            if (!outcomes.containsKey(plan)) {
                takeTogether(onCarpdev(plan.carpdev(), plans), outcomes);
            }
        }
        List<TakeOutcome> inOrder = new ArrayList<>();
        for (AddressPlan plan : plans) {
            inOrder.add(Objects.requireNonNull(outcomes.get(plan)));
        }
        return inOrder;
    }

    private static List<AddressPlan> onCarpdev(String carpdev, List<AddressPlan> plans) {
        List<AddressPlan> on = new ArrayList<>();
        for (AddressPlan plan : plans) {
            if (plan.carpdev().equals(carpdev)) {
                on.add(plan);
            }
        }
        return on;
    }

    /** Those of one carpdev. Where they cannot be taken in one go, each by itself, which tells the one that is to blame. */
    private void takeTogether(List<AddressPlan> plans, Map<AddressPlan, TakeOutcome> outcomes) {
        if (plans.size() > 1) {
            Set<String> before = Set.copyOf(taken.keySet());
            try {
                List<HeldAddresses> held = takeOn(carpdev(plans.get(0)), plans);
                for (int i = 0; i < held.size(); i++) {
                    outcomes.put(plans.get(i), TakeOutcome.taken(held.get(i)));
                }
                return;
            } catch (IOException e) {
                for (AddressPlan plan : plans) {
                    if (!before.contains(key(plan))) {
                        giveUpAfter(e, plan);
                    }
                }
                LOG.debug(
                        "{} virtual hosts of {} one by one: {}",
                        plans.size(),
                        plans.get(0).carpdev(),
                        e.getMessage());
            }
        }
        List<TakeOutcome> oneByOne = VirtualAddresses.super.takeAll(plans);
        for (int i = 0; i < plans.size(); i++) {
            outcomes.put(plans.get(i), oneByOne.get(i));
        }
    }

    /** The MACs first, then the addresses: what the kernel answers with is known before it answers. */
    private List<HeldAddresses> takeOn(Link carpdev, List<AddressPlan> plans) throws IOException {
        List<Link> links = null;
        boolean virtual = false;
        for (AddressPlan plan : plans) {
            releaseElsewhere(carpdev, plan);
            if (plan.mac() == MacMode.VIRTUAL) {
                virtual = true;
                links = links == null ? route().links() : links;
                hold(carpdev, plan, openMacs(carpdev, plan, links));
            } else {
                hold(carpdev, plan, macsOf(plan));
            }
        }
        if (virtual) {
            setMacs(carpdev);
        }
        Set<InetAddress> added = leases.put(route(), carpdev, plans, plansOn(carpdev));
        List<HeldAddresses> held = new ArrayList<>();
        for (AddressPlan plan : plans) {
            keepSlots(carpdev, plan);
            int changes = 0;
            for (VirtualAddress address : plan.addresses()) {
                changes += added.contains(address.address()) ? 1 : 0;
            }
            held.add(HeldAddresses.of(plan, own(carpdev), carpdev.forwardsIpv6(), carpdev.index(), changes));
        }
        return held;
    }

    /** Where the carpdev is another interface now. */
    private void releaseElsewhere(Link carpdev, AddressPlan plan) throws IOException {
        Taken before = taken.get(key(plan));
        if (before != null && before.carpdev().index() != carpdev.index()) {
            release(plan);
        }
    }

    private LeasedMacs macsOf(AddressPlan plan) {
        Taken before = taken.get(key(plan));
        return before == null ? LeasedMacs.NONE : before.macs();
    }

    private LeasedMacs openMacs(Link carpdev, AddressPlan plan, List<Link> links) throws IOException {
        open(carpdev, plan);
        LeasedMacs held = macsOf(plan);
        if (!held.isEmpty()) {
            return held;
        }
        refuseOtherMacvlan(carpdev, plan, links);
        return LeasedMacs.open(carpdev.index(), plan);
    }

    private void hold(Link carpdev, AddressPlan plan, LeasedMacs macs) throws IOException {
        try {
            keepSlots(carpdev, plan);
        } finally {
            taken.put(key(plan), new Taken(plan, carpdev, macs));
        }
    }

    private void giveUpAfter(IOException failure, AddressPlan plan) {
        try {
            release(plan);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static MacAddress own(Link carpdev) {
        return carpdev.mac();
    }

    private Collection<AddressPlan> plansOn(Link carpdev) {
        List<AddressPlan> plans = new ArrayList<>();
        for (Taken one : taken.values()) {
            if (one.carpdev().index() == carpdev.index()) {
                plans.add(one.plan());
            }
        }
        return plans;
    }

    /** Of a balanced MAC, keeps the slots of the plans that are taken, and no other packet. Where the MAC is new here, it has to be said before the MAC is. */
    private void keepSlots(Link carpdev, AddressPlan plan) throws IOException {
        IpBalancing balancing = plan.balancing();
        if (balancing != null) {
            slots.keep(carpdev, balancing, takenSlots(carpdev, balancing));
        }
    }

    /** Where no plan of a balanced MAC is taken, nobody needs to look at its frames. */
    private void endSlots(Link carpdev, AddressPlan plan) throws ErrnoException {
        IpBalancing balancing = plan.balancing();
        if (balancing != null && takenSlots(carpdev, balancing) == 0) {
            slots.end(carpdev, balancing);
        }
    }

    private int takenSlots(Link carpdev, IpBalancing balancing) {
        int kept = 0;
        for (AddressPlan plan : plansOn(carpdev)) {
            if (balancing.equals(plan.balancing())) {
                kept |= 1 << balancing.slotOf(plan.vhid());
            }
        }
        return kept;
    }

    /** Lets the chains of a carpdev know the plans that are taken there. */
    private void setMacs(Link carpdev) throws ErrnoException {
        List<AddressPlan> virtual = new ArrayList<>();
        for (AddressPlan plan : plansOn(carpdev)) {
            if (plan.mac() == MacMode.VIRTUAL) {
                virtual.add(plan);
            }
        }
        macs.set(carpdev.name(), MacElements.of(virtual, own(carpdev)));
    }

    @Override
    public synchronized void renew() throws IOException {
        Set<Link> lapsed = renewMacs();
        List<AddressLease> gone = leases.renew(route());
        if (gone.isEmpty()) {
            for (Link carpdev : lapsed) {
                setMacs(carpdev);
            }
        } else {
            LOG.warn("{} virtual addresses were gone before their lease was renewed", gone.size());
        }
        closeLeftMacs();
    }

    @Override
    public synchronized long takeBalancedAway() throws IOException {
        return slots.takeDropped();
    }

    /** The carpdevs of which one has lapsed. It is back with its addresses, if this node takes them again. */
    private Set<Link> renewMacs() {
        Set<Link> lapsed = new HashSet<>();
        for (Taken one : taken.values()) {
            if (!one.macs().renew(own(one.carpdev()))) {
                macs.lapse(one.carpdev().name());
                lapsed.add(one.carpdev());
            }
        }
        return lapsed;
    }

    /** The kernel waits for some milliseconds when such a socket is closed: another virtual host may have to be released meanwhile. */
    private void closeLeftMacs() {
        leftMacs.forEach(LeasedMacs::close);
        leftMacs.clear();
    }

    /** The addresses first: without them the kernel answers for nothing, and has nothing to send from the virtual MAC. */
    @Override
    public synchronized void release(AddressPlan plan) throws IOException {
        Taken held = taken.remove(key(plan));
        if (held == null) {
            return;
        }
        IOException notDropped = dropSlot(held);
        try {
            leases.remove(route(), held.carpdev(), plansOn(held.carpdev()));
            setMacs(held.carpdev());
            endSlots(held.carpdev(), held.plan());
        } catch (IOException e) {
            taken.put(key(plan), held);
            throw e;
        }
        leftMacs.add(held.macs());
        if (notDropped != null) {
            throw notDropped;
        }
    }

    /** The first thing, since another node may keep its packets by now. The fault where that fails, with which the addresses go all the same. With the interface its filters have gone. */
    private @Nullable IOException dropSlot(Taken held) throws ErrnoException {
        if (held.plan().balancing() != null
                && route().link(held.carpdev().index()).isPresent()) {
            try {
                keepSlots(held.carpdev(), held.plan());
            } catch (IOException e) {
                return e;
            }
        }
        return null;
    }

    private static String key(AddressPlan plan) {
        return plan.vhid() + "@" + plan.carpdev();
    }

    @Override
    public synchronized void restore() throws IOException {
        try {
            releaseAll();
        } finally {
            closeLeftMacs();
            macs.close();
            slots.close();
            leases.close();
            closeRoute();
            settings.restore();
        }
    }

    /** Releases every one that can be; throws the first failure. */
    private void releaseAll() throws IOException {
        IOException first = null;
        for (Taken held : List.copyOf(taken.values())) {
            try {
                release(held.plan());
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        taken.clear();
        if (first != null) {
            throw first;
        }
    }

    private void closeRoute() {
        if (rtnetlink != null) {
            rtnetlink.close();
            rtnetlink = null;
        }
    }

    private Rtnetlink route() throws ErrnoException {
        if (rtnetlink == null) {
            rtnetlink = Rtnetlink.open();
        }
        return rtnetlink;
    }
}
