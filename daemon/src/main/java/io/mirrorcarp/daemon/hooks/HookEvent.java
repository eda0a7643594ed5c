// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.hooks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a hook is told.
 *
 * @param state {@code init}, {@code backup} or {@code master}, the new state of a virtual host; or {@link #START}
 * @param oldState the state before
 * @param name of the virtual host
 * @param vhid of the virtual host, 1 to 255
 * @param carpdev of the virtual host
 * @param reason in FreeBSD's words, such as {@code master timed out}
 */
public record HookEvent(String state, String oldState, String name, int vhid, String carpdev, String reason) {
    /** Asks whether the services of the node are ready; about no virtual host. */
    public static final String START = "start";

    static HookEvent start() {
        return new HookEvent(START, "", "", 0, "", "initialization complete");
    }

    /** STATE NAME VHID CARPDEV REASON. */
    List<String> arguments() {
        return List.of(state, name, vhid == 0 ? "" : Integer.toString(vhid), carpdev, reason);
    }

    /**
     * CARP_STATE, CARP_OLD_STATE, CARP_NAME, CARP_VHID, CARP_CARPDEV, CARP_REASON, CARP_NODE.
     *
     * @param node the name of this node
     */
    Map<String, String> environment(String node) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CARP_STATE", state);
        environment.put("CARP_OLD_STATE", oldState);
        environment.put("CARP_NAME", name);
        environment.put("CARP_VHID", vhid == 0 ? "" : Integer.toString(vhid));
        environment.put("CARP_CARPDEV", carpdev);
        environment.put("CARP_REASON", reason);
        environment.put("CARP_NODE", node);
        return environment;
    }

    /** For log lines: {@code master wan}. */
    String text() {
        return (state + " " + name).strip();
    }
}
