// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** keepalived.conf: its VRRP part. Virtual servers stay keepalived's. */
public final class KeepalivedReader implements Reader {
    private static final Set<String> WITH_ONE_VALUE = Set.of(
            "interface",
            "virtual_router_id",
            "priority",
            "advert_int",
            "auth_type",
            "nopreempt",
            "interval",
            "timeout",
            "fall",
            "rise");

    @Override
    public void read(SourceFile file, Reading reading) {
        List<Statement> statements = new KeepalivedText(reading).load(file);
        Map<String, String> groupOfInstance = new HashMap<>();
        for (Statement group : named(statements, "vrrp_sync_group")) {
            members(group).forEach(member -> groupOfInstance.put(member, group.word(1)));
        }
        int version = version(statements, reading);
        VrrpTracks tracks = new VrrpTracks(reading, statements);
        Map<String, List<HostDraft>> hosts = new HashMap<>();
        List<VrrpInstance> instances = new ArrayList<>();
        String multicast = "";
        for (Statement statement : statements) {
            switch (statement.key()) {
                case "vrrp_instance" -> {
                    VrrpInstance instance = new VrrpInstance(reading, tracks, statement, version);
                    instance.read(groupOfInstance.getOrDefault(statement.word(1), statement.word(1)));
                    hosts.put(statement.word(1), instance.hosts());
                    instances.add(instance);
                }
                case "vrrp_sync_group", "vrrp_script", "vrrp_track_process" -> {
                    // Read already, or below.
                }
                case "global_defs" -> multicast = globals(statement, reading);
                default -> leave(statement, reading);
            }
        }
        for (Statement group : named(statements, "vrrp_sync_group")) {
            syncGroup(group, hosts, tracks, reading);
        }
        tracks.leaveUnused();
        preemption(instances, reading);
        multicastGroup(multicast, reading);
    }

    private static List<Statement> named(List<Statement> statements, String key) {
        return statements.stream()
                .filter(statement -> statement.key().equals(key))
                .toList();
    }

    /** Tells of a statement, and of each line in its braces. */
    static void leave(Statement statement, Reading reading) {
        String name = statement.key() + (statement.block().isEmpty() ? "" : " " + statement.word(1)).stripTrailing();
        reading.leave(statement, name, KeepalivedWords.why(statement.key()));
    }

    /** Tells of what follows the one value of a keyword: keepalived reads one keyword a line. It may be a password, and is not shown. */
    static void leaveSecond(Statement line, Reading reading) {
        if (WITH_ONE_VALUE.contains(line.key()) && line.words().size() > 2) {
            reading.leave(
                    line.place(),
                    line.key() + " " + line.word(1),
                    "what follows on the line is not read: keepalived has one keyword a line");
        }
    }

    /** Names one a line, or several on one. */
    private static List<String> members(Statement group) {
        return group.child("group").map(Statement::block).orElse(List.of()).stream()
                .flatMap(line -> line.words().stream())
                .toList();
    }

    /** That of instances which name none; 2 where the file does not say. */
    private static int version(List<Statement> statements, Reading reading) {
        int version = 2;
        for (Statement globals : named(statements, "global_defs")) {
            for (Statement line : globals.block()) {
                if (line.key().equals("vrrp_version")) {
                    version = reading.number(line.place(), line.key(), line.word(1), 2, 3)
                            .orElse(version);
                }
            }
        }
        return version;
    }

    /** The multicast group of the instances, or an empty text. */
    private static String globals(Statement globals, Reading reading) {
        String multicast = "";
        for (Statement line : globals.block()) {
            switch (line.key()) {
                case "router_id" -> reading.draft().nodeName(line.rest());
                case "vrrp_mcast_group4" -> multicast = line.word(1);
                case "vrrp_version" -> {
                    if (!reading.draft().keepsVrrp()) {
                        leave(line, reading);
                    }
                }
                default -> leave(line, reading);
            }
        }
        return multicast;
    }

    private static void multicastGroup(String group, Reading reading) {
        // VRRP's own group is CARP's as well.
        if (group.isEmpty() || group.equals("224.0.0.18")) {
            return;
        }
        for (HostDraft host : reading.draft().hosts()) {
            if (host.peers().isEmpty()) {
                reading.peer(host.place(), "vrrp_mcast_group4", group).ifPresent(host.peers()::add);
            }
        }
    }

    private static void syncGroup(
            Statement group, Map<String, List<HostDraft>> hosts, VrrpTracks tracks, Reading reading) {
        members(group).stream()
                .filter(member -> !hosts.containsKey(member))
                .forEach(member -> reading.leave(
                        group.place(), "vrrp_sync_group " + group.word(1), "there is no vrrp_instance " + member));
        List<HostDraft> members = members(group).stream()
                .flatMap(member -> hosts.getOrDefault(member, List.of()).stream())
                .collect(Collectors.toList());
        for (Statement line : group.block()) {
            switch (line.key()) {
                case "group" -> {
                    // Read already.
                }
                case "track_interface" -> tracks.interfaces(line, group.word(1), "");
                case "track_script" -> tracks.scripts(line, group.word(1));
                case "track_process" -> tracks.processes(line, group.word(1));
                default -> {
                    boolean hook = line.key().startsWith("notify")
                            && VrrpHooks.add(reading, line, "GROUP", group.word(1), members);
                    if (!hook) {
                        leave(line, reading);
                    }
                }
            }
        }
    }

    private static void preemption(List<VrrpInstance> instances, Reading reading) {
        long without =
                instances.stream().filter(VrrpInstance::isWithoutPreemption).count();
        if (without > 0 && without == instances.size()) {
            reading.draft().preempt(false);
        } else if (without > 0) {
            instances.stream()
                    .filter(VrrpInstance::isWithoutPreemption)
                    .forEach(instance -> reading.leave(
                            instance.place(), "nopreempt", "preempt is one setting for all, and others have it on"));
        }
        if (!instances.isEmpty() && !reading.draft().keepsVrrp()) {
            reading.leave(
                    instances.get(0).place(),
                    "",
                    "VRRP became CARP, which VRRP routers do not understand: change over both nodes at once, or import"
                            + " it with --keep-vrrp");
        }
    }
}
