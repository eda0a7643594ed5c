// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The five questions of {@code carpctl init}, each with what this machine suggests. */
public final class Questions {
    private static final String NONE = "-";

    private final HostDevices host;
    private final BufferedReader in;
    private final PrintStream out;
    private final List<String> taken = new ArrayList<>();

    /**
     * Prepares them.
     *
     * @param in where the answers come from, a line each
     */
    public Questions(HostDevices host, BufferedReader in, PrintStream out) {
        this.host = host;
        this.in = in;
        this.out = out;
    }

    /** A segment; empty when the answer is that there is none. */
    public Optional<Segment> segment(String name, String what, boolean outside) throws IOException {
        String suggestion = outside ? host.defaultRoute().orElse(firstFree(false)) : firstFree(false);
        Optional<String> device = device(what, suggestion);
        if (device.isEmpty()) {
            return Optional.empty();
        }
        Optional<HostDevices.Device> found = host.named(device.get());
        String network = found.flatMap(Questions::ownNetwork).orElse("none");
        while (true) {
            String answer = ask(
                    "Virtual address on " + device.get() + ", which has " + network + ", such as " + example(found),
                    "");
            List<AddressPrefix> addresses = new ArrayList<>();
            String problem = addresses(answer, addresses);
            if (problem == null) {
                return Optional.of(new Segment(name, device.get(), addresses, outside));
            }
            out.println(problem);
        }
    }

    /** The devices of the state channel; empty for none. A second one may be of a segment: states go by it when the cable fails. */
    public List<String> syncdevs() throws IOException {
        String suggestion = firstFree(true);
        while (true) {
            String answer = ask(
                    "Interface of the cable between the two nodes (" + NONE + " for none; sync0,lan0 for two ways)",
                    suggestion);
            if (answer.equals(NONE)) {
                return List.of();
            }
            List<String> devices = List.of(answer.split("\\s*,\\s*", -1));
            Optional<String> problem = syncdevProblem(devices);
            if (problem.isEmpty()) {
                return devices;
            }
            out.println("  " + problem.get() + ": there is " + String.join(", ", host.names()));
        }
    }

    private Optional<String> syncdevProblem(List<String> devices) {
        for (String device : devices) {
            if (host.named(device).isEmpty()) {
                return Optional.of("there is no interface \"" + device + "\"");
            }
            if (devices.indexOf(device) != devices.lastIndexOf(device)) {
                return Optional.of(device + " is named twice");
            }
        }
        return taken.contains(devices.get(0)) ? Optional.of(devices.get(0) + " is taken") : Optional.empty();
    }

    private Optional<String> device(String what, String suggestion) throws IOException {
        while (true) {
            String answer = ask(what, suggestion);
            if (answer.equals(NONE)) {
                return Optional.empty();
            }
            if (host.named(answer).isPresent() && !taken.contains(answer)) {
                taken.add(answer);
                return Optional.of(answer);
            }
            out.println(
                    "  " + (taken.contains(answer) ? answer + " is taken" : "there is no interface \"" + answer + "\"")
                            + ": there is " + String.join(", ", host.names()));
        }
    }

    private String ask(String question, String suggestion) throws IOException {
        out.print(question + (suggestion.isEmpty() ? ": " : " [" + suggestion + "]: "));
        out.flush();
        String line = in.readLine();
        if (line == null) {
            throw new IOException("the answers end before the questions: use flags, see carpctl init --help");
        }
        return line.isBlank() ? suggestion : line.strip();
    }

    /** Reads addresses with prefix lengths, with commas between them; the problem, or null. */
    public static @Nullable String addresses(String text, List<AddressPrefix> addresses) {
        for (String part : text.split(",", -1)) {
            String[] halves = part.strip().split("/", 2);
            var address = AddressText.parse(halves[0]);
            boolean isLength = halves.length == 2 && halves[1].matches("\\d{1,3}");
            if (address.isEmpty()
                    || !isLength
                    || Integer.parseInt(halves[1]) > address.get().getAddress().length * 8) {
                return "\"" + part.strip() + "\" is not an address with a prefix length, such as 10.0.0.1/24";
            }
            AddressPrefix prefix = new AddressPrefix(address.get(), Integer.parseInt(halves[1]));
            Optional<String> problem = prefix.virtualAddressProblem();
            if (problem.isPresent()) {
                return "\"" + part.strip() + "\" " + problem.get();
            }
            addresses.add(prefix);
        }
        return null;
    }

    /** The cable is most likely the smallest network; a segment the largest. */
    private String firstFree(boolean smallest) {
        return host.devices().stream()
                .filter(device -> !taken.contains(device.name()))
                .filter(device -> !host.defaultRoute().equals(Optional.of(device.name())))
                .filter(device -> !device.addresses().isEmpty())
                .min((one, two) -> smallest ? length(two) - length(one) : length(one) - length(two))
                .map(HostDevices.Device::name)
                .orElse("");
    }

    private static int length(HostDevices.Device device) {
        return device.addresses().stream()
                .filter(prefix -> prefix.address() instanceof Inet4Address)
                .mapToInt(AddressPrefix::length)
                .max()
                .orElse(0);
    }

    private static Optional<String> ownNetwork(HostDevices.Device device) {
        return device.addresses().stream().findFirst().map(AddressPrefix::toString);
    }

    private static String example(Optional<HostDevices.Device> device) {
        return device.flatMap(Questions::ownNetwork)
                .map(own -> own.replaceFirst("\\.\\d+/", ".1/"))
                .orElse("10.0.0.1/24");
    }
}
