// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.Statement;
import io.mirrorcarp.daemon.config.MacMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One {@code vrrp_instance} of keepalived.conf: a virtual host, and one more for each other device that it puts addresses on. */
final class VrrpInstance {
    private final Reading reading;
    private final VrrpTracks tracks;
    private final Statement instance;
    private final HostDraft host;
    private final List<HostDraft> hosts = new ArrayList<>();
    private int priority = VrrpTiming.DEFAULT_PRIORITY;
    private String interval = "1";
    private Place intervalPlace;
    private boolean nopreempt;
    private int version;
    private @Nullable KeptVrrp kept;

    /** @param version of VRRP, 2 or 3, where the instance names none */
    VrrpInstance(Reading reading, VrrpTracks tracks, Statement instance, int version) {
        this.version = version;
        this.reading = reading;
        this.tracks = tracks;
        this.instance = instance;
        host = reading.newHost(instance.place(), instance.word(1));
        hosts.add(host);
        intervalPlace = instance.place();
        // Without use_vmac the addresses answer with the MAC of the interface.
        host.mac(MacMode.INTERFACE);
    }

    /** All its virtual hosts, the one on its own interface first. */
    List<HostDraft> hosts() {
        return List.copyOf(hosts);
    }

    Place place() {
        return instance.place();
    }

    boolean isWithoutPreemption() {
        return nopreempt;
    }

    /** Reads it into the draft. The interface and the vhid come first in no order of lines, so addresses come last. */
    void read(String group) {
        host.group(group);
        instance.block().forEach(this::line);
        if (reading.draft().keepsVrrp()) {
            kept = new KeptVrrp(reading, host, version, firstAddress());
            kept.settle(priority, interval, intervalPlace);
        } else {
            VrrpTiming.apply(host, priority, interval, intervalPlace, reading);
        }
        for (Statement line : instance.block()) {
            switch (line.key()) {
                case "virtual_ipaddress", "virtual_ipaddress_excluded" -> addresses(line);
                case "track_interface" -> tracks.interfaces(line, group, host.carpdev());
                case "track_script" -> tracks.scripts(line, group);
                case "track_process" -> tracks.processes(line, group);
                default -> {
                    // Read already.
                }
            }
        }
        instance.block().stream()
                .filter(line -> line.key().equals("virtual_routes"))
                .forEach(routes -> VrrpRoutes.read(routes, host, reading));
    }

    private String firstAddress() {
        return instance.child("virtual_ipaddress").stream()
                .flatMap(block -> block.block().stream())
                .map(Statement::key)
                .findFirst()
                .orElse("");
    }

    private void line(Statement line) {
        KeepalivedReader.leaveSecond(line, reading);
        switch (line.key()) {
            case "interface" -> host.carpdev(line.word(1));
            case "virtual_router_id" -> number(line, 1, 255).ifPresent(host::vhid);
            case "priority" -> priority = number(line, 1, 255).orElse(priority);
            case "advert_int" -> {
                interval = line.word(1);
                intervalPlace = line.place();
            }
            case "authentication" -> authentication(line);
            case "use_vmac" -> useVmac(line);
            case "unicast_src_ip", "mcast_src_ip" ->
                reading.host(line.place(), line.key(), line.word(1)).ifPresent(host.sources()::add);
            case "unicast_peer" -> peers(line);
            case "nopreempt" -> nopreempt = true;
            case "version" -> version(line);
            case "preempt_delay" -> preemptDelay(line);
            case "virtual_ipaddress",
                    "virtual_ipaddress_excluded",
                    "virtual_routes",
                    "track_interface",
                    "track_script",
                    "track_process",
                    "preempt" -> {
                // Read afterwards, or the default.
            }
            default -> {
                boolean hook = line.key().startsWith("notify")
                        && VrrpHooks.add(reading, line, "INSTANCE", instance.word(1), hosts);
                if (!hook && line.key().equals("state")) {
                    reading.leave(line.place(), "state " + line.word(1), KeepalivedWords.why(line.key()));
                } else if (!hook) {
                    KeepalivedReader.leave(line, reading);
                }
            }
        }
    }

    private void version(Statement line) {
        if (reading.draft().keepsVrrp()) {
            version = number(line, 2, 3).orElse(version);
        } else {
            KeepalivedReader.leave(line, reading);
        }
    }

    private void useVmac(Statement line) {
        host.mac(MacMode.VIRTUAL);
        if (line.words().size() > 1) {
            String what = "use_vmac " + line.rest();
            reading.leave(line.place(), what, "no device is made: the address is on " + host.carpdev() + " itself");
        }
    }

    private OptionalInt number(Statement line, int minimum, int maximum) {
        return reading.number(line.place(), line.key(), line.word(1), minimum, maximum);
    }

    private void preemptDelay(Statement line) {
        if (line.word(1).matches("\\d{1,4}(\\.\\d+)?") && Double.parseDouble(line.word(1)) <= 3600) {
            Duration delay = Duration.ofMillis(Math.round(Double.parseDouble(line.word(1)) * 1000));
            if (delay.compareTo(reading.draft().preemptDelay()) > 0) {
                reading.draft().preemptDelay(delay);
            }
        } else {
            reading.leave(line.place(), line.key(), "not 0 to 3600 seconds");
        }
    }

    private void authentication(Statement block) {
        for (Statement line : block.block()) {
            KeepalivedReader.leaveSecond(line, reading);
            switch (line.key()) {
                case "auth_pass" -> reading.passphrase(host, line.place(), line.rest());
                case "auth_type" -> {
                    // PASS or AH: CARP has one kind, which is a HMAC.
                    if (reading.draft().keepsVrrp() && line.word(1).equals("AH")) {
                        reading.leave(
                                line.place(), "auth_type AH", "carpd has PASS alone: set that on all nodes first");
                    }
                }
                default -> reading.leave(line.place(), line.key(), KeepalivedWords.why("auth_"));
            }
        }
    }

    private void peers(Statement block) {
        for (Statement line : block.block()) {
            reading.host(line.place(), "unicast_peer", line.key()).ifPresent(host.peers()::add);
            if (line.words().size() > 1) {
                reading.leave(line.place(), line.key() + " " + line.rest(), "carpd takes the address alone");
            }
        }
    }

    /** {@code ADDRESS[/LENGTH] [dev NAME] [label NAME] ...}. keepalived puts one without a length as a host's. */
    private void addresses(Statement block) {
        for (Statement line : block.block()) {
            int dev = line.words().indexOf("dev");
            String device = dev > 0 && !line.word(dev + 1).isEmpty() ? line.word(dev + 1) : host.carpdev();
            List<String> options =
                    new ArrayList<>(line.words().subList(1, line.words().size()));
            if (dev > 0) {
                options.subList(dev - 1, Math.min(dev + 1, options.size())).clear();
            }
            if (!options.isEmpty()) {
                String what = line.key() + " " + String.join(" ", options);
                reading.leave(line.place(), what, "carpd puts the address alone");
            }
            if (kept == null) {
                reading.addAddress(on(device, line.place()), line.place(), line.key(), OptionalInt.empty());
            } else if (!device.equals(host.carpdev())) {
                reading.leave(
                        line.place(), line.key() + " dev " + device, "on another interface than " + host.carpdev());
            } else if (kept.takes(line.place(), line.key(), block.key().equals("virtual_ipaddress"))) {
                reading.addAddress(host, line.place(), line.key(), OptionalInt.empty());
            }
        }
    }

    private HostDraft on(String device, Place place) {
        for (HostDraft candidate : hosts) {
            if (candidate.carpdev().equals(device)) {
                return candidate;
            }
        }
        HostDraft other = reading.newHost(place, host.name() + "-" + device);
        other.carpdev(device);
        other.vhid(host.vhid());
        other.advbase(host.advbase());
        other.advskew(host.advskew());
        other.passphrase(host.passphrase());
        other.group(host.group());
        other.mac(host.mac());
        hosts.add(other);
        reading.leave(place, "dev " + device, "a virtual host of its own, since each is elected on its own device");
        return other;
    }
}
