// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.CheckKind.Option;
import io.mirrorcarp.daemon.config.Endpoint;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
            case PING -> new PingCheck(address(target));
            case TCP -> new TcpCheck(endpoint(target));
            case HTTP ->
                new HttpCheck(
                        URI.create(target),
                        Optional.ofNullable(check.options().get(Option.STATUS)).map(Integer::parseInt),
                        Optional.ofNullable(check.options().get(Option.BODY)).orElse(""));
            case DNS ->
                new DnsCheck(
                        address(target),
                        Optional.ofNullable(check.options().get(Option.QUERY)).orElse("."));
            case PROCESS -> new ProcessCheck(target);
            case GATEWAY -> new GatewayCheck(AddressText.parse(target));
            case FILE -> new FileCheck(Path.of(target), !expect.equals(Optional.of("absent")));
        };
    }

    private static InetAddress address(String text) {
        return AddressText.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no IP address"));
    }

    private static InetSocketAddress endpoint(String text) {
        Endpoint endpoint = Endpoint.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no IP address with a port"));
        return new InetSocketAddress(endpoint.address(), endpoint.port());
    }
}
