// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.pfsync.message.Announcement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether connections would end with this node, since it does not forward what a peer does. A node that does not know its peers yet is taken for one: it might take the addresses from
 * a master that forwards. Pure; not thread-safe.
 */
final class ForwardingWatch {
    /** How often it is asked before a node that meets nobody is taken to be alone. */
    private static final int PATIENCE = 10;

    private static final Map<Integer, String> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put(Announcement.FORWARDS_IPV4, "net.ipv4.ip_forward is 0");
        SETTINGS.put(Announcement.FORWARDS_IPV6, "net.ipv6.conf.all.forwarding is 0");
    }

    private String reason;
    private int inVain;

    /** @param offAtFirst what this node lacked when it started, in words, for a demotion from its first advertisement on; or empty */
    ForwardingWatch(String offAtFirst) {
        reason = offAtFirst;
        inVain = offAtFirst.isEmpty() ? PATIENCE : 0;
    }

    /**
     * What a node that starts lacks; empty where it lacks nothing.
     *
     * @param families of its virtual addresses: {@link Announcement#FORWARDS_IPV4} and {@link Announcement#FORWARDS_IPV6}
     * @param off of these, those that it does not forward
     */
    static String atFirst(int families, int off) {
        return words(families & off);
    }

    private static String words(int lacking) {
        StringBuilder words = new StringBuilder();
        SETTINGS.forEach((ability, setting) -> {
            if ((lacking & ability) != 0) {
                words.append(words.isEmpty() ? "" : ", ").append(setting);
            }
        });
        return words.toString();
    }

    /**
     * Looks at what all say now.
     *
     * @param families of the virtual addresses here
     * @param own the abilities of this node
     * @param peers what those peers say that live, by their names
     * @return why this node should be demoted, as {@code net.ipv4.ip_forward is 0, and fw-b forwards}; empty where it should not
     */
    String look(int families, int own, Map<String, Announcement> peers) {
        if (said(peers.values())) {
            inVain = PATIENCE;
        } else if (inVain < PATIENCE) {
            inVain++;
            return reason;
        }
        reason = "";
        peers.forEach((node, announcement) -> {
            int lacking = families & announcement.abilities() & ~own;
            String words = words(lacking);
            if (reason.isEmpty() && !words.isEmpty()) {
                reason = words + ", and " + node + " forwards";
            }
        });
        return reason;
    }

    private static boolean said(Collection<Announcement> peers) {
        return peers.stream().anyMatch(Announcement::isPresent);
    }
}
