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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** The files of the pages, which are in the program. A path names one of this list or nothing: no path leads anywhere else. */
final class PageFiles {
    private static final String INDEX = "index.html";
    private static final int TAG_BYTES = 12;

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

    private record PageFile(Buffer plain, Buffer zipped, String tag) {}

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
        HttpServerResponse response = request.response()
                .putHeader("ETag", file.tag())
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept-Encoding");
        if (file.tag().equals(request.getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", NAMES.get(name));
        String encodings = request.getHeader("Accept-Encoding");
        if (encodings != null && encodings.contains("gzip")) {
            response.putHeader("Content-Encoding", "gzip").end(file.zipped());
        } else {
            response.end(file.plain());
        }
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
            String tag = "\"" + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + "\"";
            return new PageFile(Buffer.buffer(plain), Buffer.buffer(zipped.toByteArray()), tag);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
