// SPDX-License-Identifier: BSD-2-Clause
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes the signatures out of the jars in a directory. The JVM would verify them at each start, class by class, and archives no class of a signed jar;
 * nobody asks who signed it. Maven has checked the file it came from.
 */
final class Unsigned {
    private static final Pattern SIGNATURE = Pattern.compile("/META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    private Unsigned() {}

    /** @param arguments the directory */
    public static void main(String[] arguments) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                try (FileSystem inside = FileSystems.newFileSystem(jar)) {
                    strip(inside.getPath("/META-INF"));
                }
            }
        }
    }

    private static void strip(Path metaInf) throws IOException {
        if (!Files.isDirectory(metaInf)) {
            return;
        }
        List<Path> signatures;
        try (Stream<Path> files = Files.list(metaInf)) {
            signatures = files.filter(file -> SIGNATURE.matcher(file.toString()).matches())
                    .toList();
        }
        for (Path signature : signatures) {
            Files.delete(signature);
        }
        if (!signatures.isEmpty()) {
            dropDigests(metaInf.resolve("MANIFEST.MF"));
        }
    }

    /** The digest of each file, which is most of the manifest. */
    private static void dropDigests(Path file) throws IOException {
        Manifest manifest;
        try (var stream = Files.newInputStream(file)) {
            manifest = new Manifest(stream);
        }
        manifest.getEntries().clear();
        try (OutputStream stream = Files.newOutputStream(file)) {
            manifest.write(stream);
        }
    }
}
