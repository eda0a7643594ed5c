// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import io.mirrorcarp.ctl.importer.reader.ConntrackdReader;
import io.mirrorcarp.ctl.importer.reader.FirewallXmlReader;
import io.mirrorcarp.ctl.importer.reader.HostnameIfReader;
import io.mirrorcarp.ctl.importer.reader.InterfacesReader;
import io.mirrorcarp.ctl.importer.reader.KeepalivedReader;
import io.mirrorcarp.ctl.importer.reader.RcConfReader;
import io.mirrorcarp.ctl.importer.reader.Reader;
import io.mirrorcarp.ctl.importer.reader.SysctlConfReader;
import io.mirrorcarp.ctl.importer.reader.UcarpReader;
import io.mirrorcarp.ctl.importer.reader.VyosReader;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of files that can be imported, in the order in which they are recognised: by what only they say, whatever their name. */
public enum Kind {
    PFSENSE("pfsense", "<(pfsense|packagegui|installedpackages|carp|carpsettings)\\b.*|---- BEGIN config\\.xml ----.*"),
    OPNSENSE("opnsense", "<(opnsense\\b|!DOCTYPE).*"),
    KEEPALIVED("keepalived", "(@\\S+\\s+)?(vrrp_instance|vrrp_sync_group|vrrp_script|global_defs|virtual_server)\\b.*"),
    CONNTRACKD("conntrackd", "(Sync|General)\\s*(\\{.*)?"),
    VYOS(
            "vyos",
            "(\\S+[#$]\\s+)?set\\s+(high-availability|service\\s+conntrack-sync|interfaces)\\s.*"
                    + "|(high-availability|interfaces|service)\\s*\\{.*"),
    INTERFACES("interfaces", "iface\\s+\\S+\\s+inet6?\\s.*|source(-directory)?\\s+\\S*interfaces\\.d.*"),
    RC_CONF("rc.conf", "(ifconfig_\\w+|cloned_interfaces|pfsync_\\w+|hostname)\\+?=.*"),
    SYSCTL_CONF("sysctl.conf", "net\\.inet\\.carp\\.\\w+\\s*=.*"),
    UCARP("ucarp", "(.*[\\s/=])?ucarp\\s+-.*"),
    HOSTNAME_IF("hostname.if", "(.*\\s)?(vhid\\s+\\d|carpdev\\s|carpnodes\\s|syncdev\\s).*");

    /** Recognition looks at the beginning of a file, and of each line: all of these tools say early what they are. */
    private static final int RECOGNISED_LENGTH = 256 << 10;

    private static final int RECOGNISED_LINE = 512;

    private final String text;
    private final Pattern pattern;

    /**
     * Makes one.
     *
     * @param pattern of a line, without the blanks around it, that only files of this kind have
     */
    Kind(String text, String pattern) {
        this.text = text;
        this.pattern = Pattern.compile(pattern);
    }

    /** As {@code --from} spells it. */
    @Override
    public String toString() {
        return text;
    }

    /** A fresh one. */
    public Reader reader() {
        return switch (this) {
            case PFSENSE, OPNSENSE -> new FirewallXmlReader();
            case KEEPALIVED -> new KeepalivedReader();
            case CONNTRACKD -> new ConntrackdReader();
            case VYOS -> new VyosReader();
            case INTERFACES -> new InterfacesReader();
            case RC_CONF -> new RcConfReader();
            case SYSCTL_CONF -> new SysctlConfReader();
            case UCARP -> new UcarpReader();
            case HOSTNAME_IF -> new HostnameIfReader();
        };
    }

    /** The kind of a file; empty when it is none of these. */
    public static Optional<Kind> of(SourceFile file) {
        if (file.baseName().matches("hostname\\.[a-z]+\\d+")) {
            return Optional.of(HOSTNAME_IF);
        }
        String beginning =
                file.text().substring(0, Math.min(RECOGNISED_LENGTH, file.text().length()));
        List<String> lines = beginning
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring(0, Math.min(RECOGNISED_LINE, line.length())))
                .map(line -> line.replaceFirst("^<\\?xml[^>]*\\?>\\s*", ""))
                .toList();
        return Arrays.stream(values())
                .filter(kind -> lines.stream()
                        .anyMatch(line -> kind.pattern.matcher(line).matches()))
                .findFirst();
    }
}
