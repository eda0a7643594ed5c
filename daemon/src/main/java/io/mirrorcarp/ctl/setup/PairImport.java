// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the second node's files of the first one's: a higher advskew, its own name, its own interfaces, and the first node's address where that had this
 * one's. All else, comments too, stays as it is.
 */
public final class PairImport {
    /** The name of a configuration for one of several nodes. */
    static final Pattern OF_A_NODE = Pattern.compile("carpd\\.([A-Za-z0-9._-]+)\\.toml");

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern CARPNODE = Pattern.compile("\\d+\\s*=\\s*(\\d+)");
    private static final Pattern TABLE = Pattern.compile("\\s*(\\[.*])\\s*(#.*)?");
    private static final Pattern KEY = Pattern.compile("(\\s*)([A-Za-z]+)(\\s*=\\s*)(.*)");
    private static final int STEP = 100;
    /** Of a priority of VRRP. */
    private static final int STEP_DOWN = 50;

    private static final int MAXIMUM_SKEW = 254;

    private final PairFile file;
    private final HostDevices host;
    private final String node;
    private final Map<String, String> devices = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    /** Whether the configuration has this node's name and advskew already. */
    private boolean isReady;

    /**
     * Prepares it.
     *
     * @param named interfaces of the first node, and what they are called here, as the user says
     * @param node the name of this node
     */
    public PairImport(PairFile file, HostDevices host, Map<String, String> named, String node) {
        this.file = file;
        this.host = host;
        this.node = node;
        devices.putAll(named);
    }

    /** What the user should know, once the files are made. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** The files of this node. */
    public List<NewFile> files() throws SetupFault {
        if (node.equals(file.node())) {
            throw new SetupFault("both nodes are called " + node + ": give this one another name with --name");
        }
        for (Map.Entry<String, List<AddressPrefix>> entry : file.own().entrySet()) {
            if (!devices.containsKey(entry.getKey())) {
                devices.put(entry.getKey(), device(entry.getKey(), entry.getValue()));
            }
        }
        List<NewFile> files = new ArrayList<>();
        for (NewFile one : mine()) {
            boolean isRules = SetupFiles.RULES.contains(one.path());
            if (one.path().equals(SetupFiles.CONFIGURATION)) {
                files.add(replaced(one, configuration(text(one))));
            } else {
                files.add(isRules ? replaced(one, renamed(text(one))) : one);
            }
        }
        return files;
    }

    /** All but the configurations of other nodes; of several nodes each has its own. */
    private List<NewFile> mine() throws SetupFault {
        List<String> nodes = new ArrayList<>();
        List<NewFile> mine = new ArrayList<>();
        for (NewFile one : file.files()) {
            Matcher name = OF_A_NODE.matcher(one.path());
            if (name.matches()) {
                nodes.add(name.group(1));
                isReady |= name.group(1).equals(node);
            }
        }
        if (!nodes.isEmpty() && !isReady) {
            throw new SetupFault("this node is called " + node + ", and the file is for " + String.join(", ", nodes)
                    + ": say which one with --name");
        }
        for (NewFile one : file.files()) {
            if (isReady && one.path().equals(SetupFiles.configurationOf(node))) {
                mine.add(new NewFile(SetupFiles.CONFIGURATION, one.content(), one.mode()));
            } else if (!OF_A_NODE.matcher(one.path()).matches()
                    && !(isReady && one.path().equals(SetupFiles.CONFIGURATION))) {
                mine.add(one);
            }
        }
        return mine;
    }

    private static String text(NewFile one) {
        return new String(one.content().bytes(), StandardCharsets.UTF_8);
    }

    private static NewFile replaced(NewFile one, String text) {
        return new NewFile(one.path(), Secret.of(text.getBytes(StandardCharsets.UTF_8)), one.mode());
    }

    /** The interface here that is in the same network; else that of the same name. */
    private String device(String theirs, List<AddressPrefix> addresses) throws SetupFault {
        for (AddressPrefix address : addresses) {
            for (HostDevices.Device own : host.devices()) {
                if (own.addresses().stream().anyMatch(mine -> mine.address().equals(address.address()))) {
                    throw new SetupFault(AddressText.format(address.address()) + ", an address of " + file.node()
                            + ", is on " + own.name()
                            + " of this node: run this on the other node, or give each its own address");
                }
            }
        }
        Optional<String> sameNetwork = host.devices().stream()
                .filter(own -> addresses.stream().anyMatch(own::reaches))
                .map(HostDevices.Device::name)
                .findFirst();
        boolean sameName = host.named(theirs).isPresent();
        if (sameName
                && host.named(theirs)
                        .filter(own -> addresses.stream().anyMatch(own::reaches))
                        .isPresent()) {
            return theirs;
        }
        if (sameNetwork.isEmpty() && !sameName) {
            String network = addresses.isEmpty()
                    ? "the network of " + theirs
                    : addresses.get(0).toString();
            throw new SetupFault("no interface of this node is in the network of " + network + ", " + theirs + " on "
                    + file.node() + ": give one an address there, or name it with --device " + theirs + "=NAME");
        }
        if (sameNetwork.isEmpty() && !addresses.isEmpty()) {
            remarks.add(theirs + " has no address in the network of " + addresses.get(0) + " yet: give it one");
        }
        return sameNetwork.orElse(theirs);
    }

    /** In rules, names of devices stand between quotes or blanks. */
    private String renamed(String rules) {
        String result = rules;
        for (Map.Entry<String, String> entry : devices.entrySet()) {
            String name = Pattern.quote(entry.getKey());
            result = result.replaceAll("(?<=[\" ])" + name + "(?=[\" ])", "\u0000" + entry.getKey() + "\u0000");
        }
        for (Map.Entry<String, String> entry : devices.entrySet()) {
            result = result.replace("\u0000" + entry.getKey() + "\u0000", entry.getValue());
        }
        return result;
    }

    private String configuration(String toml) throws SetupFault {
        List<String> lines = new ArrayList<>();
        String table = "";
        for (String line : toml.lines().toList()) {
            Matcher header = TABLE.matcher(line);
            Matcher key = KEY.matcher(line);
            if (header.matches()) {
                table = header.group(1);
                lines.add(line);
                lines.addAll(missing(toml, table));
            } else if (key.matches()) {
                lines.add(key.group(1) + key.group(2) + key.group(3) + value(table, key.group(2), key.group(4)));
            } else {
                lines.add(line);
            }
        }
        if (!toml.contains("[node]")) {
            lines.addAll(List.of("", "[node]", "name = \"" + node + "\""));
        }
        return String.join("\n", lines) + "\n";
    }

    /** What the second node needs in a table where the first one goes by the default. */
    private List<String> missing(String toml, String table) {
        if (table.startsWith("[carp.") && hasValue(toml, table, "protocol", "\"vrrp[23]\"")) {
            return hasKey(toml, table, "priority")
                    ? List.of()
                    : List.of("priority = " + (VrrpConfiguration.DEFAULT_PRIORITY - STEP_DOWN));
        }
        boolean ownSkew = !hasKey(toml, table, "advskew") && !hasKey(toml, table, "carpnodes");
        if (table.startsWith("[carp.") && ownSkew) {
            return List.of("advskew = " + STEP);
        }
        return table.equals("[node]") && !hasKey(toml, table, "name") ? List.of("name = \"" + node + "\"") : List.of();
    }

    private static boolean hasKey(String toml, String table, String key) {
        return hasValue(toml, table, key, "");
    }

    /** Whether the table has a key whose value begins so. */
    private static boolean hasValue(String toml, String table, String key, String value) {
        int start = toml.indexOf(table);
        int end = toml.indexOf("\n[", start + 1);
        String body = toml.substring(start, end < 0 ? toml.length() : end);
        return Pattern.compile("(?m)^\\s*" + key + "\\s*=\\s*" + value)
                .matcher(body)
                .find();
    }

    private String value(String table, String key, String value) throws SetupFault {
        boolean carp = table.startsWith("[carp.");
        if (table.equals("[node]") && key.equals("name")) {
            return "\"" + node + "\"";
        }
        if (table.equals("[node]") && key.equals("hostId")) {
            throw new SetupFault(
                    "the configuration has a hostId, which every node needs to have different: remove it on "
                            + file.node() + ", and export again");
        }
        if (carp && key.equals("advskew") && !isReady) {
            return advskew(value);
        }
        if (carp && key.equals("carpnodes") && !isReady) {
            return turned(value);
        }
        if (carp && key.equals("priority")) {
            return priority(value);
        }
        if ((carp && key.equals("carpdev"))
                || (table.equals("[pfsync]") && key.equals("syncdev"))
                || (table.startsWith("[[track.interface]]") && key.equals("name"))) {
            return mapped(value);
        }
        if ((carp && key.equals("peer")) || (table.equals("[pfsync]") && key.equals("syncpeer"))) {
            return swapped(value);
        }
        if (carp && key.equals("source")) {
            remarks.add("source is that of " + file.node() + ": write this node's own address there");
        }
        return value;
    }

    private static String advskew(String value) throws SetupFault {
        Matcher number = Pattern.compile("(\\d{1,3})(.*)").matcher(value);
        if (!number.matches() || Integer.parseInt(number.group(1)) >= MAXIMUM_SKEW) {
            throw new SetupFault("advskew = " + value + " leaves no room for a higher one: the preferred node exports");
        }
        return Math.min(MAXIMUM_SKEW, Integer.parseInt(number.group(1)) + STEP) + number.group(2);
    }

    /** The advskews of carpnodes in the opposite order: what one node prefers is the last that the other one does. */
    private static String turned(String value) {
        List<String> skews = new ArrayList<>();
        Matcher node = CARPNODE.matcher(value);
        while (node.find()) {
            skews.add(0, node.group(1));
        }
        Iterator<String> next = skews.iterator();
        return node.reset().replaceAll(match -> {
            String whole = match.group();
            return whole.substring(0, whole.length() - match.group(1).length()) + next.next();
        });
    }

    private static String priority(String value) throws SetupFault {
        Matcher number = Pattern.compile("(\\d{1,3})(.*)").matcher(value);
        if (!number.matches() || Integer.parseInt(number.group(1)) <= 1) {
            throw new SetupFault("priority = " + value + " leaves no room for a lower one: the preferred node exports");
        }
        return Math.max(1, Integer.parseInt(number.group(1)) - STEP_DOWN) + number.group(2);
    }

    /** One device, or a list of them. */
    private String mapped(String value) {
        return QUOTED.matcher(value).replaceAll(match -> {
            String name = match.group(1);
            return Matcher.quoteReplacement("\"" + devices.getOrDefault(name, name) + "\"");
        });
    }

    /** This node's own addresses in a list of peers become the first node's in the same network. */
    private String swapped(String value) {
        String result = value;
        for (HostDevices.Device device : host.devices()) {
            for (AddressPrefix mine : device.addresses()) {
                String text = "\"" + AddressText.format(mine.address()) + "\"";
                List<String> theirs = file.own().values().stream()
                        .flatMap(List::stream)
                        .filter(other -> mine.contains(other.address()))
                        .map(other -> "\"" + AddressText.format(other.address()) + "\"")
                        .collect(Collectors.toList());
                if (result.contains(text) && !theirs.isEmpty()) {
                    result = result.replace(text, theirs.get(0));
                }
            }
        }
        if (result.equals(value) && value.contains("\"")) {
            remarks.add("peers " + value + " are those of " + file.node() + ": name its own addresses there");
        }
        return result;
    }
}
