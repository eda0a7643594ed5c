// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A lab of another process, found by its directory: its hosts and cables, to be tampered with. */
public final class StandingLab {
    private final LabDirectory directory;

    private StandingLab(LabDirectory directory) {
        this.directory = directory;
    }

    /**
     * Finds one.
     *
     * @param id its six hexadecimal digits; empty for the only one that people are meant to try things in, which one
     *     where a run or a test goes on is not
     */
    public static StandingLab find(String id) {
        return find(id, LabDirectory.all());
    }

    /** The same among these. */
    static StandingLab find(String id, List<LabDirectory> all) {
        List<LabDirectory> found = all.stream()
                .filter(one -> id.isEmpty() ? isOffered(one) : one.id().equals(id))
                .toList();
        if (found.isEmpty()) {
            throw new LabException(id.isEmpty() ? lack(all) : id + ": no such lab; see lab status");
        }
        if (found.size() > 1) {
            throw new LabException("several labs stand: name one of " + ids(found));
        }
        return new StandingLab(found.get(0));
    }

    private static boolean isOffered(LabDirectory lab) {
        return lab.offered() && (lab.kept() || lab.ownerLives());
    }

    private static String lack(List<LabDirectory> all) {
        List<LabDirectory> busy = all.stream().filter(LabDirectory::ownerLives).toList();
        return busy.isEmpty()
                ? "no lab stands: carpctl lab up makes one"
                : "no lab of lab up stands: carpctl lab up makes one; a run or a test of another process goes on in "
                        + ids(busy) + ", which must be named";
    }

    private static String ids(List<LabDirectory> labs) {
        return String.join(", ", labs.stream().map(LabDirectory::id).toList());
    }

    /** Its six hexadecimal digits. */
    public String id() {
        return directory.id();
    }

    /** The files of a host. */
    public Path files(String host) {
        return directory.path().resolve(host);
    }

    /** The namespace of a host. */
    public Namespace host(String name) {
        return Namespace.find("mc-" + id() + "-" + name)
                .orElseThrow(() -> new LabException("the lab " + id() + " has no host " + name));
    }

    /** The names of all its hosts, in the order in which they were made. */
    public List<String> hosts() {
        String prefix = "mc-" + id() + "-";
        return directory.namespaces().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    /** Whether the switch of a segment passes nothing between a host and others that are kept so. */
    public void isolate(String segment, String host, boolean isolated) {
        host("switch")
                .run("bridge", "link", "set", "dev", segment + "-" + host, "isolated", isolated ? "on" : "off")
                .orThrow();
    }

    /** Plugs the cable of a host to a segment in, or pulls it out. */
    public void setCable(String segment, String host, boolean plugged) {
        host("switch").ip("link", "set", segment + "-" + host, plugged ? "up" : "down");
    }

    /** Starts a program on a host, which outlives this process; what it prints is added to a log in the host's files. */
    public void spawn(String host, String logName, String... command) throws IOException {
        LabProcess.start(
                host(host).inside(prefixed(command)), files(host), files(host).resolve(logName + ".log"));
    }

    private static String[] prefixed(String... command) {
        String[] line = new String[command.length + 1];
        line[0] = "setsid";
        System.arraycopy(command, 0, line, 1, command.length);
        return line;
    }
}
