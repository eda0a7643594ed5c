// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why words of keepalived.conf have no counterpart, and what there is instead. */
final class KeepalivedWords {
    private static final Map<String, String> WHY = new LinkedHashMap<>();

    static {
        WHY.put("state", "carpd starts as BACKUP, and the lowest advskew becomes MASTER");
        WHY.put("(vrrp_)?garp_.*", "carpd announces its addresses by itself");
        WHY.put("smtp_.*|notification_email.*|email_.*", "write a table [[notify]] with mail = \"...\" for it");
        WHY.put(
                "virtual_rules|static_(routes|rules|ipaddress)",
                "carpd sets no rules, and no routes but those of a master: a hook can");
        WHY.put(
                "virtual_server(_group)?|lvs_.*|SSL|real_server",
                "carpd balances no load: keep keepalived for it, without its VRRP part");
        WHY.put("vrrp_track_file|track_file", "write a check of kind \"file\" for it: [check.NAME]");
        WHY.put("track_bfd|bfd_instance", "write a check of kind \"gateway\" or \"script\" for it: [check.NAME]");
        WHY.put(
                "notify_fifo.*|vrrp_notify_fifo.*|lvs_notify_fifo.*",
                "hooks are programs: carpctl events -f is the stream");
        WHY.put("notify_.*", "hooks hear of master, backup and init alone");
        WHY.put("dont_track_primary", "the link of a carpdev always counts: see downDelay");
        WHY.put(
                "script_user|enable_script_security",
                "checks and hooks must belong to root and be writable by root alone");
        WHY.put("dynamic_interfaces.*", "hotplug = true in a table [carp.NAME] waits for its carpdev");
        WHY.put("authentication|auth_.*", "only a password can be carried over");
        WHY.put(
                "(vrrp_)?version|native_ipv6|vrrp_strict|strict_mode|accept|no_accept|check_unicast_src",
                "carpd has no such choice");
        WHY.put(
                "reload_.*|process_names|debug|.*_priority|.*_no_swap|.*_rt_priority|.*_rlimit_rttime",
                "carpd decides this by itself");
    }

    private KeepalivedWords() {}

    static String why(String word) {
        return WHY.entrySet().stream()
                .filter(entry -> word.matches(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("carpd has nothing like it");
    }
}
