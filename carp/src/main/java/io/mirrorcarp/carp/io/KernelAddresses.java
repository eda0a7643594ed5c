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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            refuseOtherMacvlan(carpdev, plan);
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

    /** A macvlan with the same MAC, as of a keepalived that has the same number, would take the frames. */
    private void refuseOtherMacvlan(Link carpdev, AddressPlan plan) throws IOException {
        Set<MacAddress> macs = plan.virtualMacs();
        for (Link other : route().links()) {
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
        Taken before = taken.get(key(plan));
        if (before != null && before.carpdev().index() != carpdev.index()) {
            release(plan);
            before = null;
        }
        LeasedMacs held = before == null ? LeasedMacs.NONE : before.macs();
        boolean virtual = plan.mac() == MacMode.VIRTUAL;
        try {
            if (virtual) {
                open(carpdev, plan);
                if (held.isEmpty()) {
                    refuseOtherMacvlan(carpdev, plan);
                    held = LeasedMacs.open(carpdev.index(), plan);
                }
            }
            keepSlots(carpdev, plan);
            taken.put(key(plan), new Taken(plan, carpdev, held));
            if (virtual) {
                setMacs(carpdev);
            }
            int changes = leases.put(route(), carpdev, plan, plansOn(carpdev));
            keepSlots(carpdev, plan);
            return HeldAddresses.of(plan, own(carpdev), carpdev.forwardsIpv6(), carpdev.index(), changes);
        } catch (IOException e) {
            taken.put(key(plan), new Taken(plan, carpdev, held));
            rehearsed.remove(new Rehearsed(plan, carpdev.index()));
            giveUpAfter(e, plan);
            throw e;
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
