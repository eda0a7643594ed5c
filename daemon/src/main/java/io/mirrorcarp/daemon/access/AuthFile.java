// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The file {@code web.auth}: who may use the web pages. One line each; blank lines and lines that begin with {@code #} do not count.
 *
 * <pre>
 * user  NAME view|operate $argon2id$v=19$m=7168,t=5,p=1$SALT$HASH
 * token NAME view|operate SHA-256 of the token in hexadecimal
 * </pre>
 *
 * @param users by name, in the order of the file
 * @param tokens by name, in the order of the file
 * @param faults what is wrong with the file, each {@code LINE: what}; such a line counts for nobody
 */
public record AuthFile(Map<String, User> users, Map<String, Token> tokens, List<String> faults) {
    public static final AuthFile EMPTY = new AuthFile(Map.of(), Map.of(), List.of());

    /** More than any router has, so that a wrong file does no harm. */
    private static final int MAXIMUM_LINES = 1000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,32}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /** Somebody who logs in. */
    public record User(String name, Role role, PasswordHash hash) {}

    /** A program that sends a bearer token. */
    public record Token(String name, Role role, String digest) {}

    public AuthFile {
        users = Map.copyOf(users);
        tokens = Map.copyOf(tokens);
        faults = List.copyOf(faults);
    }

    /** True for 1 to 32 letters, digits, '.', '_', '@' and '-'. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads the file. No fault tells a hash. */
    public static AuthFile parse(String text) {
        Map<String, User> users = new LinkedHashMap<>();
        Map<String, Token> tokens = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        List<String> lines = text.lines().limit(MAXIMUM_LINES).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                String fault = read(line.split("\\s+", -1), users, tokens);
                if (!fault.isEmpty()) {
                    faults.add((i + 1) + ": " + fault);
                }
            }
        }
        return new AuthFile(users, tokens, faults);
    }

    private static String read(String[] words, Map<String, User> users, Map<String, Token> tokens) {
        if (words.length != 4 || !(words[0].equals("user") || words[0].equals("token"))) {
            return "not a line of carpctl web user add";
        }
        String name = words[1];
        Optional<Role> role = Role.ofText(words[2]);
        if (!isName(name)) {
            return "a name has 1 to 32 letters, digits, '.', '_', '@' and '-'";
        }
        if (role.isEmpty()) {
            return "the role must be view or operate";
        }
        if (words[0].equals("token")) {
            if (!DIGEST.matcher(words[3]).matches()) {
                return "the token of " + name + " is no SHA-256";
            }
            return tokens.putIfAbsent(name, new Token(name, role.get(), words[3])) == null ? "" : name + " twice";
        }
        Optional<PasswordHash> hash = PasswordHash.parse(words[3]);
        if (hash.isEmpty()) {
            return "the password of " + name + " is no Argon2id hash within 64 MiB and 20 passes";
        }
        return users.putIfAbsent(name, new User(name, role.get(), hash.get())) == null ? "" : name + " twice";
    }

    /** The line of a user. */
    public static String userLine(String name, Role role, PasswordHash hash) {
        return "user " + name + " " + role.text() + " " + hash.text();
    }

    /** The line of a token. */
    public static String tokenLine(String name, Role role, String token) {
        return "token " + name + " " + role.text() + " " + digest(token);
    }

    /** The lines of a text but those of one user or token. */
    public static String without(String text, String kind, String name) {
        StringBuilder kept = new StringBuilder();
        text.lines().forEach(line -> {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length < 2 || !words[0].equals(kind) || !words[1].equals(name)) {
                kept.append(line).append('\n');
            }
        });
        return kept.toString();
    }

    /** Whose bearer token this is. Every token is looked at, in constant time each. */
    public Optional<Token> tokenOf(String bearer) {
        byte[] digest = digest(bearer).getBytes(StandardCharsets.US_ASCII);
        Optional<Token> found = Optional.empty();
        for (Token token : tokens.values()) {
            if (MessageDigest.isEqual(token.digest().getBytes(StandardCharsets.US_ASCII), digest)) {
                found = Optional.of(token);
            }
        }
        return found;
    }

    private static String digest(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
