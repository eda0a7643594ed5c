// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The files of the pages, which are in the program. A path names one of this list or nothing: no path leads anywhere else. */
final class PageFiles {
    private static final String INDEX = "index.html";
    private static final int TAG_BYTES = 12;

    /** A weight of zero: RFC 9110, 12.4.2. */
    private static final Pattern NEVER = Pattern.compile(";q=0(\\.0*)?$");

    private static final List<String> SCRIPTS = List.of(
            "app",
            "view",
            "node",
            "words",
            "chart",
            "dialog",
            "login",
            "status",
            "sync",
            "events",
            "diagnostics",
            "states",
            "toml",
            "settings");

    /** By name, the kind of its content. */
    private static final Map<String, String> NAMES = names();

    private final Map<String, PageFile> loaded = new HashMap<>();

    private record PageFile(Buffer plain, Buffer zipped, String digest) {}

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        names.put(INDEX, "text/html; charset=utf-8");
        names.put("app.css", "text/css; charset=utf-8");
        names.put("icon.svg", "image/svg+xml");
        for (String script : SCRIPTS) {
            names.put(script + ".js", "text/javascript; charset=utf-8");
        }
        return Map.copyOf(names);
    }

    /** True where the path is one of a page. */
    boolean has(String path) {
        return NAMES.containsKey(name(path));
    }

    private static String name(String path) {
        return path.equals("/") ? INDEX : path.substring(1);
    }

    /** Answers with a file that is there. A browser that has it already is told so. */
    void serve(HttpServerRequest request) {
        String name = name(request.path());
        PageFile file = loaded.computeIfAbsent(name, PageFiles::load);
        boolean zipped = takesGzip(request.getHeader("Accept-Encoding"));
        // What is zipped is another representation, which needs a tag of its own: RFC 9110, 8.8.3.
        String tag = "\"" + file.digest() + (zipped ? "-gzip\"" : "\"");
        HttpServerResponse response = request.response()
                .putHeader("ETag", tag)
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept-Encoding");
        if (hasAlready(request.getHeader("If-None-Match"), tag)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", NAMES.get(name));
        if (zipped) {
            response.putHeader("Content-Encoding", "gzip").end(file.zipped());
        } else {
            response.end(file.plain());
        }
    }

    /** One of a list, each perhaps weak, as a proxy makes them; or any. */
    private static boolean hasAlready(@Nullable String tags, String tag) {
        return tags != null
                && Arrays.stream(tags.split(",", -1))
                        .map(one -> one.strip().replaceFirst("^W/", ""))
                        .anyMatch(one -> one.equals(tag) || one.equals("*"));
    }

    private static boolean takesGzip(@Nullable String encodings) {
        return encodings != null
                && Arrays.stream(encodings.split(",", -1))
                        .map(one -> one.replace(" ", ""))
                        .anyMatch(one ->
                                one.startsWith("gzip") && !NEVER.matcher(one).find());
    }

    /** A few kilobytes from the program's own archive. */
    private static PageFile load(String name) {
        try (InputStream stream = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("page/" + name + " is missing in the program");
            }
            byte[] plain = stream.readAllBytes();
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
                zip.write(plain);
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(plain);
            return new PageFile(
                    Buffer.buffer(plain),
                    Buffer.buffer(zipped.toByteArray()),
                    HexFormat.of().formatHex(digest, 0, TAG_BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
