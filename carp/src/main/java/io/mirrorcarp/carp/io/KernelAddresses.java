// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The virtual addresses of this node in its kernel, and the kernel's settings that they need.
 *
 * <p>{@code arp_ignore=1} on the carpdev, and on the macvlan, makes each answer for its own addresses only: else the carpdev would answer for the virtual
 * address with its own MAC. {@code arp_announce=2} keeps the virtual address out of the carpdev's own requests. {@code ip_nonlocal_bind} lets a service
 * bind a virtual address that the node does not have yet.
 */
final class KernelAddresses implements VirtualAddresses {
    private record Taken(AddressPlan plan, int ifindex) {}

    private final SysctlRestore settings;
    private final AddressPlace macvlans;
    private final AddressPlace carpdevs;
    private final Map<String, Taken> taken = new LinkedHashMap<>();
    private @Nullable Rtnetlink rtnetlink;

    /** @param restoreFile see {@link LinuxCarpNetwork}; the name of another file beside it begins with its name */
    KernelAddresses(Path restoreFile) {
        Path file = restoreFile.toAbsolutePath();
        settings = new SysctlRestore(new DurableLines(file));
        macvlans = new MacvlanAddresses(file.toString());
        carpdevs = new CarpdevAddresses(new DurableLines(file.resolveSibling(file.getFileName() + ".addresses")));
    }

    private AddressPlace place(AddressPlan plan) {
        return plan.mac() == MacMode.VIRTUAL ? macvlans : carpdevs;
    }

    @Override
    public synchronized void recover() throws IOException {
        macvlans.recover(route());
        carpdevs.recover(route());
        settings.recover();
    }

    @Override
    public synchronized void prepare(String carpdev) throws IOException {
        settings.set("ipv4/conf/" + carpdev + "/arp_ignore", "1");
        settings.set("ipv4/conf/" + carpdev + "/arp_announce", "2");
        settings.set("ipv4/ip_nonlocal_bind", "1");
        settings.set("ipv6/ip_nonlocal_bind", "1");
    }

    @Override
    public synchronized void rehearse(AddressPlan plan) throws IOException {
        if (!taken.containsKey(key(plan))) {
            place(plan).rehearse(route(), carpdev(plan), plan);
        }
    }

    private Link carpdev(AddressPlan plan) throws ErrnoException {
        Link carpdev = route().link(plan.carpdev()).orElse(null);
        if (carpdev == null) {
            throw new ErrnoException("find carpdev " + plan.carpdev(), Errno.ENODEV);
        }
        return carpdev;
    }

    @Override
    public synchronized HeldAddresses take(AddressPlan plan) throws IOException {
        HeldAddresses held = place(plan).put(route(), carpdev(plan), plan);
        taken.put(key(plan), new Taken(plan, held.ifindex()));
        return held;
    }

    /** Nothing: the addresses have no lease yet. */
    @Override
    public void renew() {}

    @Override
    public synchronized void release(AddressPlan plan) throws IOException {
        Taken held = taken.get(key(plan));
        if (held != null) {
            remove(held);
            taken.remove(key(plan));
        }
    }

    private void remove(Taken held) throws IOException {
        place(held.plan()).remove(route(), held.ifindex(), held.plan());
    }

    private static String key(AddressPlan plan) {
        return plan.vhid() + "@" + plan.carpdev();
    }

    @Override
    public synchronized void restore() throws IOException {
        try {
            removeTaken();
        } finally {
            closeRoute();
            settings.restore();
        }
    }

    /** Removes every one that can be; throws the first failure. */
    private void removeTaken() throws IOException {
        IOException first = null;
        for (Taken held : taken.values()) {
            try {
                remove(held);
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
