// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.host.Rights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what this process is not allowed, as in a container: capabilities, system calls, real-time priority, settings of the kernel. */
final class RightsExamination {
    private static final String NONLOCAL_IPV4 = "ipv4/ip_nonlocal_bind";
    private static final String NONLOCAL_IPV6 = "ipv6/ip_nonlocal_bind";
    private static final String EVENTS = "netfilter/nf_conntrack_events";
    private static final String LIBERAL = "netfilter/nf_conntrack_tcp_be_liberal";

    /** The settings that carpd makes itself where it may. */
    static final List<String> SET_BY_CARPD = List.of(NONLOCAL_IPV4, NONLOCAL_IPV6, EVENTS, LIBERAL);

    private final Configuration configuration;
    private final HostFacts facts;
    private final List<Diagnosis> findings = new ArrayList<>();

    private RightsExamination(Configuration configuration, HostFacts facts) {
        this.configuration = configuration;
        this.facts = facts;
    }

    static List<Diagnosis> findings(Configuration configuration, HostFacts facts) {
        RightsExamination examination = new RightsExamination(configuration, facts);
        Optional<String> missing = Rights.missing(facts.permissions().capabilities());
        missing.ifPresent(examination::missingRight);
        if (missing.isEmpty() && !examination.refusedCalls()) {
            examination.fixedSettings();
        }
        examination.realTime();
        return examination.findings;
    }

    private void missingRight(String sentence) {
        String[] parts = sentence.split("; ", 2);
        findings.add(Diagnosis.error("missing-right", parts[0], parts[1]));
    }

    /** Those that carpd cannot do without; whether there are any. */
    private boolean refusedCalls() {
        String calls = String.join(", ", facts.permissions().vitalCalls());
        if (calls.isEmpty()) {
            return false;
        }
        findings.add(
                facts.permissions().filtersCalls()
                        ? Diagnosis.error(
                                "seccomp",
                                "a filter of system calls refuses " + calls + ": carpd cannot run here",
                                "in the seccomp profile of the container, or in SystemCallFilter= and"
                                        + " RestrictAddressFamilies= of the unit, " + Rights.LET_PASS
                                        + ", and the families AF_PACKET and AF_NETLINK")
                        : Diagnosis.error(
                                "seccomp",
                                "the kernel refuses " + calls + " to this process, although it has CAP_NET_ADMIN and"
                                        + " CAP_NET_RAW: carpd cannot run here",
                                "give the container a network namespace of its own: these rights count only where its"
                                        + " user namespace owns the network"));
        return true;
    }

    private void realTime() {
        if (facts.permissions().realTime()) {
            return;
        }
        findings.add(Diagnosis.warning(
                "real-time",
                "the election may not have real-time priority here: advertisements and takeovers wait for other programs"
                        + " while this machine is busy",
                facts.permissions().refusesScheduling()
                        ? "let the seccomp filter of the container or the unit pass sched_setscheduler"
                        : "give the container or the unit CAP_SYS_NICE, or an RLIMIT_RTPRIO of 2 (LimitRTPRIO=2)"));
    }

    /** One finding for all of them, since there is one thing to do. */
    private void fixedSettings() {
        Map<String, Integer> wrong = new LinkedHashMap<>();
        wanted().forEach((path, value) -> {
            boolean differs =
                    facts.setting(path).filter(now -> !now.equals(value)).isPresent();
            if (differs && facts.fixed().contains(path)) {
                wrong.put("net." + path.replace('/', '.'), value);
            }
        });
        if (wrong.isEmpty()) {
            return;
        }
        findings.add(Diagnosis.warning(
                "sysctl-read-only",
                "/proc/sys is read-only here, so carpd cannot set " + join(wrong, " to ", ", ")
                        + ": carpd(8), START, tells what each is for",
                "make /proc/sys/net writable in this container; or set them from outside, by the container's own"
                        + " configuration, or with the pid of one of its processes: nsenter -t PID -n sysctl -w "
                        + join(wrong, "=", " ")));
    }

    private Map<String, Integer> wanted() {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        wanted.put(NONLOCAL_IPV4, 1);
        wanted.put(NONLOCAL_IPV6, 1);
        if (configuration.pfsync().isPresent()) {
            wanted.put(EVENTS, 1);
            wanted.put(LIBERAL, 1);
        }
        return wanted;
    }

    private static String join(Map<String, Integer> settings, String between, String after) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + between + setting.getValue())
                .collect(Collectors.joining(after));
    }
}
