// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.daemon.config.CheckHost;
import io.mirrorcarp.daemon.config.CheckKind.Option;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The class of each {@link io.mirrorcarp.daemon.config.CheckKind}. */
public final class CheckKinds {
    private CheckKinds() {}

    /** Makes the check that a configuration, which was checked, asks for. */
    public static Check of(TrackConfiguration.Check check) {
        String target = check.target();
        Optional<String> expect = Optional.ofNullable(check.options().get(Option.EXPECT));
        return switch (check.kind()) {
            case SCRIPT -> new ScriptCheck(target);
            case PING -> new PingCheck(host(target));
            case TCP -> new TcpCheck(endpoint(target));
            case HTTP ->
                new HttpCheck(
                        URI.create(target),
                        Optional.ofNullable(check.options().get(Option.STATUS)).map(Integer::parseInt),
                        Optional.ofNullable(check.options().get(Option.BODY)).orElse(""));
            case DNS ->
                new DnsCheck(
                        host(target),
                        DnsCheck.PORT,
                        Optional.ofNullable(check.options().get(Option.QUERY)).orElse("."));
            case PROCESS -> new ProcessCheck(target);
            case GATEWAY -> new GatewayCheck(CheckHost.parse(target));
            case FILE -> new FileCheck(Path.of(target), !expect.equals(Optional.of("absent")));
        };
    }

    private static CheckHost host(String text) {
        return CheckHost.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no IP address"));
    }

    private static CheckHost endpoint(String text) {
        return CheckHost.parseWithPort(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no IP address with a port"));
    }
}
