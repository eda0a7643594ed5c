// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password as Argon2id (RFC 9106) keeps it, written in the form of the reference implementation:
 * {@code $argon2id$v=19$m=KiB,t=PASSES,p=1$SALT$HASH}, both in base64 without padding.
 *
 * <p>New hashes take 7 MiB and 5 passes: of the settings that the OWASP cheat sheet calls equally strong the one with the least memory, for a
 * router's sake.
 */
public final class PasswordHash {
    public static final int SALT_LENGTH = 16;

    private static final int HASH_LENGTH = 32;
    private static final int MEMORY_KIB = 7168;
    private static final int PASSES = 5;
    /** What a line may ask for at most, so that a file from elsewhere cannot exhaust the daemon. */
    private static final int MAXIMUM_MEMORY_KIB = 65_536;

    private static final int MAXIMUM_PASSES = 20;

    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,3}),p=1\\$([A-Za-z0-9+/]{10,64})\\$([A-Za-z0-9+/]{22,86})");

    private final int memoryKib;
    private final int passes;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int memoryKib, int passes, byte[] salt, byte[] hash) {
        this.memoryKib = memoryKib;
        this.passes = passes;
        this.salt = salt;
        this.hash = hash;
    }

    /** The memory for one computation, made once: what is garbage afterwards would be a pause of the whole daemon. */
    public static BlockPool memory() {
        FixedBlockPool pool = new FixedBlockPool(MEMORY_KIB);
        Argon2BytesGenerator.Block[] blocks = new Argon2BytesGenerator.Block[MEMORY_KIB];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = pool.allocate();
        }
        for (Argon2BytesGenerator.Block block : blocks) {
            pool.deallocate(block);
        }
        return pool;
    }

    /**
     * Hashes a password.
     *
     * @param salt {@link #SALT_LENGTH} random bytes
     */
    public static PasswordHash of(String password, byte[] salt, BlockPool memory) {
        PasswordHash unfilled = new PasswordHash(MEMORY_KIB, PASSES, salt.clone(), new byte[HASH_LENGTH]);
        return new PasswordHash(MEMORY_KIB, PASSES, salt.clone(), unfilled.compute(password, memory));
    }

    /** Reads what {@link #text} wrote; empty for anything else, and for more than 64 MiB or 20 passes. */
    public static Optional<PasswordHash> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int memoryKib = Integer.parseInt(matcher.group(1));
        int passes = Integer.parseInt(matcher.group(2));
        if (memoryKib < 8 || memoryKib > MAXIMUM_MEMORY_KIB || passes < 1 || passes > MAXIMUM_PASSES) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PasswordHash(
                    memoryKib,
                    passes,
                    Base64.getDecoder().decode(matcher.group(3)),
                    Base64.getDecoder().decode(matcher.group(4))));
        } catch (IllegalArgumentException expected) {
            return Optional.empty();
        }
    }

    /** Whether it is the hash of this password. Takes about 50 ms of processor time. */
    public boolean matches(String password, BlockPool memory) {
        return MessageDigest.isEqual(hash, compute(password, memory));
    }

    private byte[] compute(String password, BlockPool memory) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        Argon2Parameters.Builder parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(1)
                .withSalt(salt);
        if (memoryKib == MEMORY_KIB) {
            parameters.withBlockPool(memory);
        }
        generator.init(parameters.build());
        byte[] computed = new byte[hash.length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), computed);
        return computed;
    }

    /** The line that {@link #parse} reads. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + passes + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    @Override
    public String toString() {
        return "(hash)";
    }
}
