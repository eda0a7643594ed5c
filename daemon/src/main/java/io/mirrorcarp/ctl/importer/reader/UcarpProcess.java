// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.daemon.config.MacMode;
import java.util.OptionalInt;

/** One ucarp process, option by option: each is a virtual host with one address. */
final class UcarpProcess {
    private final Reading reading;
    private final Place place;
    private final HostDraft host;
    private OptionalInt prefixLength = OptionalInt.empty();
    private String address = "";
    private Place addressPlace;
    private boolean preempt;

    UcarpProcess(Reading reading, Place place) {
        this.reading = reading;
        this.place = place;
        host = reading.newHost(place, "");
        // ucarp's scripts put the address on the interface as it is.
        host.mac(MacMode.INTERFACE);
        addressPlace = place;
    }

    /**
     * Takes an option by its long name.
     *
     * @param value empty for a switch
     */
    void option(Place at, String name, String value) {
        reading.leaveToShell(at, name, value);
        switch (name) {
            case "interface" -> host.carpdev(value);
            case "srcip" -> reading.host(at, name, value).ifPresent(host.sources()::add);
            case "mcast" -> {
                // CARP's own group needs no word.
                if (!value.equals("224.0.0.18")) {
                    reading.peer(at, name, value).ifPresent(host.peers()::add);
                }
            }
            case "vhid" -> reading.number(at, name, value, 1, 255).ifPresent(host::vhid);
            case "pass" -> reading.passphrase(host, at, value);
            case "passfile" -> passFile(at, value);
            case "addr" -> {
                address = value;
                addressPlace = at;
            }
            case "advbase" -> reading.number(at, name, value, 0, 255).ifPresent(host::advbase);
            case "advskew" -> reading.number(at, name, value, 0, 255).ifPresent(skew -> advskew(at, skew));
            case "preempt" -> preempt = true;
            case "upscript", "downscript" ->
                reading.leave(
                        at,
                        name + " " + value,
                        "carpd sets the address itself; if the script does more, make it a hook");
            case "deadratio" -> {
                if (!value.equals("3")) {
                    reading.leave(at, name + " " + value, "a master is silent after 3 intervals, as on the BSDs");
                }
            }
            case "ignoreifstate" -> reading.leave(at, name, "the link of a carpdev always counts: see downDelay");
            case "nomcast" -> reading.leave(at, name, "carpd does not broadcast: name the others in peer");
            case "xparam" -> reading.leave(at, name, "hooks get their own arguments");
            case "neutral", "shutdown" -> {
                // carpd starts as BACKUP, and lets the addresses go when it ends.
            }
            case "daemonize", "facility", "debug", "help" ->
                reading.leave(at, name, "systemd starts carpd and keeps its log: carpd.service");
            default -> reading.leave(at, name, "not an option of ucarp");
        }
    }

    private void advskew(Place at, int skew) {
        host.advskew(Math.min(254, skew));
        if (skew > host.advskew()) {
            reading.leave(at, "advskew " + skew, "254, the highest: 255 is how CARP says that a node leaves");
        }
    }

    private void passFile(Place at, String path) {
        try {
            String line = reading.tree().read(path).lines().stream().findFirst().orElse("");
            reading.passphrase(host, at, line);
        } catch (ImportFault fault) {
            reading.leave(
                    at, "passfile", fault.getMessage() + "; write the password into the passFile of this virtual host");
        }
    }

    /** The length of the prefix, where somebody else knows it. */
    void prefixLength(OptionalInt length) {
        prefixLength = length;
    }

    boolean isComplete() {
        return host.vhid() != 0 && !host.carpdev().isEmpty() && !address.isEmpty();
    }

    String address() {
        return address;
    }

    /** Puts what was said together. */
    void finish() {
        host.name(host.carpdev());
        // Each process fails over by itself.
        host.group(host.carpdev() + "-" + host.vhid());
        if (host.advbase() == 0 && host.advskew() == 0) {
            reading.leave(place, "advbase 0 with advskew 0", "no interval at all: advskew = 1");
            host.advskew(1);
        }
        if (!address.isEmpty()) {
            if (prefixLength.isEmpty() && !address.contains("/")) {
                reading.leave(
                        addressPlace,
                        address,
                        "one host, /32 or /128: write the length of your network where it is not");
            }
            reading.addAddress(host, addressPlace, address, prefixLength);
        }
        reading.preempt(place, preempt);
    }
}
