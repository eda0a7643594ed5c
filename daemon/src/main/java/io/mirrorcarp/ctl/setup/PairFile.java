// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.daemon.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one node gives to the other: its configuration, the keys, its rules, and its own addresses. Text: a line that says what it is, then {@code own DEVICE
 * ADDRESS/LENGTH}, {@code node NAME} and {@code file NAME MODE BASE64}, and last {@code sha256 HEX} over all before.
 *
 * @param node the name of the node that made it
 * @param own its own addresses, by device
 * @param files its configuration first
 */
public record PairFile(String node, Map<String, List<AddressPrefix>> own, List<NewFile> files) {
    private static final String TITLE =
            "carpd pair file, version 1: it holds the keys, so delete it when both nodes run";

    /** Crockford's digits: none of them is taken for another. */
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static final int CODE_DIGITS = 12;

    public PairFile {
        own = new LinkedHashMap<>(own);
        files = List.copyOf(files);
    }

    /** The text of the file. */
    public String text() {
        StringBuilder text = new StringBuilder(TITLE + "\nnode " + node + "\n");
        own.forEach((device, addresses) ->
                addresses.forEach(address -> text.append("own " + device + " " + address + "\n")));
        for (NewFile file : files) {
            String content = Base64.getEncoder().encodeToString(file.content().bytes());
            text.append("file " + file.path() + " " + Integer.toOctalString(file.mode()) + " " + content + "\n");
        }
        return text + "sha256 " + HexFormat.of().formatHex(digest(text.toString())) + "\n";
    }

    /** 60 bits of the file's digest as three groups of letters and digits: the same on both nodes, or it is not the same file. */
    public String code() {
        byte[] digest = digest(text());
        StringBuilder code = new StringBuilder();
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | (digest[i] & 0xff);
        }
        for (int i = 0; i < CODE_DIGITS; i++) {
            code.append(i > 0 && i % 4 == 0 ? "-" : "").append(DIGITS.charAt((int) (bits >>> (59 - 5 * i) & 31)));
        }
        return code.toString();
    }

    /** Reads a file; empty when it is none, is not whole, or was changed. */
    public static Optional<PairFile> parse(String text) {
        int seal = text.lastIndexOf("sha256 ");
        if (!text.startsWith(TITLE + "\n") || seal < 0) {
            return Optional.empty();
        }
        String expected = "sha256 " + HexFormat.of().formatHex(digest(text.substring(0, seal))) + "\n";
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII),
                text.substring(seal).getBytes(StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        String node = "";
        Map<String, List<AddressPrefix>> own = new LinkedHashMap<>();
        List<NewFile> files = new ArrayList<>();
        for (String line : text.substring(0, seal).lines().skip(1).toList()) {
            String[] words = line.split(" ", -1);
            try {
                if (words[0].equals("node") && words.length == 2) {
                    node = words[1];
                } else if (words[0].equals("own") && words.length == 3) {
                    own.computeIfAbsent(words[1], key -> new ArrayList<>()).add(prefix(words[2]));
                } else if (words[0].equals("file") && words.length == 4 && words[1].matches("[A-Za-z0-9._-]+")) {
                    Secret content = Secret.of(Base64.getDecoder().decode(words[3]));
                    files.add(new NewFile(words[1], content, Integer.parseInt(words[2], 8) & 0744));
                } else {
                    return Optional.empty();
                }
            } catch (IllegalArgumentException expectedOfDamage) {
                return Optional.empty();
            }
        }
        return files.isEmpty() ? Optional.empty() : Optional.of(new PairFile(node, own, files));
    }

    private static AddressPrefix prefix(String text) {
        String[] halves = text.split("/", 2);
        return AddressText.parse(halves[0])
                .map(address -> new AddressPrefix(address, Integer.parseInt(halves.length > 1 ? halves[1] : "x")))
                .orElseThrow(() -> new IllegalArgumentException(text));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
