// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.model.TrackDraft;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.Protocol;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a draft one that no rule of {@code config check} forbids; what has to go for it is left over with its reason. */
final class Settlement {
    private static final int DEVICE_LENGTH = 15;
    private static final int GROUP_LENGTH = 15;
    private static final int NAME_LENGTH = 32;

    private final Draft draft;
    private final Map<String, String> devices;
    private final Set<InetAddress> own;
    private final Map<String, String> groups = new HashMap<>();

    /**
     * Prepares it.
     *
     * @param devices new names for interfaces, by their old ones
     * @param own the addresses of this machine
     */
    Settlement(Draft draft, Map<String, String> devices, Set<InetAddress> own) {
        this.draft = draft;
        this.devices = devices;
        this.own = own;
    }

    void run() {
        draft.hosts().removeIf(this::isHopeless);
        mergeEqualVhids();
        addressesOnce();
        draft.hosts().removeIf(this::isWithoutAddress);
        draft.hooks().removeIf(hook -> !draft.hosts().contains(hook.host()));
        Names names = new Names(NAME_LENGTH);
        draft.hosts().forEach(host -> host.name(names.take(host.name(), host.carpdev(), host.vhid())));
        draft.hosts().forEach(this::attachment);
        settleGroups();
        settleTracks();
        draft.sync().ifPresent(this::settleSync);
    }

    private String device(String name) {
        return devices.getOrDefault(name, name);
    }

    private boolean isHopeless(HostDraft host) {
        host.carpdev(device(host.carpdev()));
        String what = host.name().isEmpty() ? "a virtual host" : host.name();
        if (host.vhid() == 0) {
            draft.leave(host.place(), what, "left out: it has no vhid from 1 to 255");
        } else if (host.carpdev().isEmpty()) {
            draft.leave(host.place(), what, "left out: no interface is known for it; name it as its carpdev by hand");
        } else if (host.carpdev().length() > DEVICE_LENGTH) {
            draft.leave(host.place(), what, "left out: " + host.carpdev() + " is too long for an interface of Linux");
        } else {
            return false;
        }
        return true;
    }

    private boolean isWithoutAddress(HostDraft host) {
        if (host.addresses().isEmpty()) {
            draft.leave(host.place(), host.name(), "left out: it has no virtual address that can be carried over");
            return true;
        }
        return false;
    }

    /** One vhid on one carpdev is one virtual host, in however many places it stands. */
    private void mergeEqualVhids() {
        Map<String, HostDraft> first = new LinkedHashMap<>();
        Iterator<HostDraft> hosts = draft.hosts().iterator();
        while (hosts.hasNext()) {
            HostDraft host = hosts.next();
            HostDraft other = first.putIfAbsent(host.vhid() + "@" + host.carpdev(), host);
            if (other != null && !protocol(host).equals(protocol(other))) {
                draft.leave(
                        host.place(),
                        host.name(),
                        "left out: vhid " + host.vhid() + " on " + host.carpdev() + " has one protocol, and "
                                + other.name() + " is of another version: set version 3 on all nodes first");
                hosts.remove();
            } else if (other != null) {
                host.addresses().stream()
                        .filter(address -> !other.addresses().contains(address))
                        .forEach(other.addresses()::add);
                draft.leave(
                        host.place(),
                        host.name(),
                        "part of " + other.name() + ", which has vhid " + host.vhid() + " on " + host.carpdev()
                                + " too");
                hosts.remove();
            }
        }
    }

    private static Optional<Protocol> protocol(HostDraft host) {
        return host.vrrp().map(VrrpConfiguration::protocol);
    }

    private void addressesOnce() {
        Map<InetAddress, HostDraft> owners = new HashMap<>();
        for (HostDraft host : draft.hosts()) {
            Iterator<AddressPrefix> addresses = host.addresses().iterator();
            while (addresses.hasNext()) {
                AddressPrefix prefix = addresses.next();
                HostDraft owner = owners.putIfAbsent(prefix.address(), host);
                boolean shared = owner != null
                        && owner != host
                        && draft.arpbalance()
                        && prefix.address().getAddress().length == 4
                        && owner.carpdev().equals(host.carpdev());
                if (owner != null && !shared) {
                    draft.leave(host.place(), prefix.toString(), "left out: " + owner.name() + " has it already");
                    addresses.remove();
                }
            }
        }
    }

    private void attachment(HostDraft host) {
        if (draft.arpbalance()) {
            host.mac(MacMode.VIRTUAL);
        }
        settleInterval(host);
        host.peers().removeIf(peer -> isUseless(host.place(), "peer", peer));
        Set<Class<?>> families = new HashSet<>();
        host.sources().removeIf(source -> !families.add(source.getClass()));
        if (host.addresses().size() != host.addresses().stream().distinct().count()) {
            throw new IllegalStateException("an address twice in " + host.name());
        }
    }

    private boolean isUseless(Place place, String key, InetAddress peer) {
        boolean virtual = draft.hosts().stream()
                .flatMap(other -> other.addresses().stream())
                .anyMatch(address -> address.address().equals(peer));
        if (virtual) {
            draft.leave(place, key + " " + AddressText.format(peer), "left out: a virtual address is no peer");
        } else if (own.contains(peer)) {
            draft.leave(place, key + " " + AddressText.format(peer), "left out: it is an address of this machine");
        }
        return virtual || own.contains(peer);
    }

    /** With advbase 0 the advskew is the interval, which cannot be 0. */
    private void settleInterval(HostDraft host) {
        if (host.vrrp().isPresent() || host.advbase() > 0) {
            return;
        }
        boolean none =
                host.balancing().map(of -> of.carpnodes().containsValue(0)).orElse(host.advskew() == 0);
        if (none) {
            host.advskew(Math.max(1, host.advskew()));
            host.balancing().ifPresent(of -> host.balancing(withoutZero(of)));
            draft.leave(host.place(), "advskew 0", "1: with advbase 0 it is the interval, in 256ths of a second");
        }
    }

    private static BalancingConfiguration withoutZero(BalancingConfiguration balancing) {
        SortedMap<Integer, Integer> carpnodes = new TreeMap<>(balancing.carpnodes());
        carpnodes.replaceAll((vhid, advskew) -> Math.max(1, advskew));
        return new BalancingConfiguration(balancing.mode(), carpnodes);
    }

    /** Where all virtual hosts fail over together they need no group: preempt does it. */
    private void settleGroups() {
        Set<String> used = new HashSet<>();
        draft.hosts().forEach(host -> used.add(host.group()));
        Names names = new Names(GROUP_LENGTH);
        for (HostDraft host : draft.hosts()) {
            String text = host.group();
            if (used.size() > 1 && !text.isEmpty()) {
                host.group(groups.computeIfAbsent(text, key -> names.take(key, "group", 2)));
            } else {
                host.group("");
            }
        }
    }

    private void settleTracks() {
        Map<String, TrackDraft> kept = new TreeMap<>();
        List<TrackDraft> settled = new ArrayList<>();
        Names names = new Names(NAME_LENGTH);
        for (TrackDraft track : draft.tracks()) {
            String group = groups.getOrDefault(track.group(), "");
            TrackDraft next = inGroup(track, group);
            String key = key(next);
            TrackDraft earlier = kept.get(key);
            TrackDraft result = earlier == null ? next : both(earlier, next);
            if (earlier != null) {
                settled.set(settled.indexOf(earlier), result);
            } else {
                settled.add(result);
            }
            kept.put(key, result);
        }
        draft.tracks().clear();
        settled.forEach(track -> draft.tracks().add(named(track, names)));
    }

    private TrackDraft inGroup(TrackDraft track, String group) {
        if (track instanceof TrackDraft.Interface tracked) {
            return new TrackDraft.Interface(tracked.place(), device(tracked.name()), tracked.demote(), group);
        }
        if (track instanceof TrackDraft.RunningProcess tracked) {
            return new TrackDraft.RunningProcess(
                    tracked.place(), tracked.name(), tracked.process(), tracked.demote(), group);
        }
        TrackDraft.Script script = (TrackDraft.Script) track;
        return new TrackDraft.Script(
                script.place(), script.name(), script.command(), script.timing(), script.demote(), group);
    }

    private static TrackDraft named(TrackDraft track, Names names) {
        if (track instanceof TrackDraft.Script script) {
            String name = names.take(script.name().replace('.', '-'), "check", 2);
            return new TrackDraft.Script(
                    script.place(), name, script.command(), script.timing(), script.demote(), script.group());
        }
        if (track instanceof TrackDraft.RunningProcess tracked) {
            String name = names.take(tracked.name().replace('.', '-'), "check", 2);
            return new TrackDraft.RunningProcess(
                    tracked.place(), name, tracked.process(), tracked.demote(), tracked.group());
        }
        return track;
    }

    /** An interface can be tracked once; a program or a process once for each group. */
    private static String key(TrackDraft track) {
        if (track instanceof TrackDraft.Interface tracked) {
            return "interface " + tracked.name();
        }
        if (track instanceof TrackDraft.RunningProcess tracked) {
            return "process " + tracked.process() + " " + tracked.group();
        }
        TrackDraft.Script script = (TrackDraft.Script) track;
        return "script " + script.command() + " " + script.group() + " " + script.name();
    }

    private TrackDraft both(TrackDraft earlier, TrackDraft later) {
        if (earlier instanceof TrackDraft.Interface one && later instanceof TrackDraft.Interface two) {
            if (!one.group().equals(two.group())) {
                draft.leave(
                        later.place(), "interface " + one.name(), "tracked for several groups: it demotes the node");
            }
            String group = one.group().equals(two.group()) ? one.group() : "";
            return new TrackDraft.Interface(one.place(), one.name(), Math.max(one.demote(), two.demote()), group);
        }
        return earlier;
    }

    private void settleSync(SyncDraft sync) {
        sync.syncdev(device(sync.syncdev()));
        sync.peers().removeIf(peer -> {
            if (peer.isMulticastAddress()) {
                draft.leave(
                        sync.place(), "syncpeer " + AddressText.format(peer), "left out: carpd has a group of its own");
            }
            return peer.isMulticastAddress() || isUseless(sync.place(), "syncpeer", peer);
        });
    }

    /** Why there can be no state channel; null where there can. */
    static @Nullable String problem(SyncDraft sync) {
        if (sync.syncdev().isEmpty()) {
            return "no interface is known for the state channel: name it as syncdev by hand";
        }
        return sync.syncdev().length() > DEVICE_LENGTH
                ? sync.syncdev() + " is too long for an interface of Linux"
                : null;
    }
}
