// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.packet.IpAddress;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The test vectors in src/test/resources/vectors. */
public final class Vectors {
    private Vectors() {}

    /** Computed advertisements, with the digest of every context. */
    public static List<JsonObject> computed() {
        return objects(read("advertisements.json").getJsonArray("vectors"));
    }

    /** Advertisements that ucarp sent. */
    public static List<JsonObject> ofUcarp() {
        return objects(read("advertisements.json").getJsonArray("observed_ucarp"));
    }

    public static List<JsonObject> timers() {
        return objects(read("advertisements.json").getJsonArray("timers"));
    }

    public static List<JsonObject> arpBalance() {
        return objects(read("advertisements.json").getJsonObject("balancing").getJsonArray("freebsd_arp_index"));
    }

    /** Packets, and the slots that OpenBSD's {@code balancing ip} gives them. */
    public static List<JsonObject> ipBalance() {
        return objects(read("advertisements.json").getJsonObject("balancing").getJsonArray("openbsd_ip_index"));
    }

    /** Advertisements that FreeBSD 13, NetBSD 7 and OpenBSD sent, by sender. */
    public static List<JsonObject> ofBsds() {
        return objects(read("bsd-advertisements.json").getJsonArray("captures"));
    }

    public static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    public static List<InetAddress> addresses(JsonArray texts) {
        return texts.stream().map(text -> address((String) text)).toList();
    }

    /** A literal address, an IPv6 one without scope. */
    public static InetAddress address(String literal) {
        try {
            return IpAddress.of(InetAddress.getByName(literal).getAddress());
        } catch (UnknownHostException notLiteral) {
            throw new IllegalArgumentException(literal, notLiteral);
        }
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    public static Stream<JsonObject> advertisementsOfBsds() {
        return ofBsds().stream().flatMap(capture -> objects(capture.getJsonArray("advertisements")).stream());
    }

    private static JsonObject read(String name) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + name), name)) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
