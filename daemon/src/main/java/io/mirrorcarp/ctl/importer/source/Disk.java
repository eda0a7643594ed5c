// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** The files of this machine. */
public final class Disk implements SourceTree {
    /** Far above what any of these tools writes: the longest is a config.xml with its graphs, of some megabytes. */
    private static final int MAXIMUM_LENGTH = 32 << 20;

    @Override
    public SourceFile read(String path) {
        try {
            Path file = Path.of(path);
            if (Files.isDirectory(file)) {
                throw new ImportFault(path, "it is a directory: name the files in it");
            }
            try (InputStream stream = Files.newInputStream(file)) {
                byte[] content = stream.readNBytes(MAXIMUM_LENGTH + 1);
                if (content.length > MAXIMUM_LENGTH) {
                    throw new ImportFault(path, "longer than " + (MAXIMUM_LENGTH >> 20) + " MiB: not a configuration");
                }
                return new SourceFile(path, text(path, content));
            }
        } catch (NoSuchFileException e) {
            throw new ImportFault(path, "no such file");
        } catch (AccessDeniedException e) {
            throw new ImportFault(path, "permission denied: run it as root, or copy the file");
        } catch (IOException e) {
            throw new ImportFault(path, "cannot be read: " + e.getMessage());
        }
    }

    private static String text(String path, byte[] content) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException expected) {
            // Older files are in Latin-1, where every byte is a letter.
            text = new String(content, StandardCharsets.ISO_8859_1);
        }
        if (text.indexOf('\0') >= 0) {
            throw new ImportFault(path, "not a text file");
        }
        String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
        return withoutMark.replace("\r\n", "\n");
    }

    @Override
    public List<String> glob(String pattern) {
        if (!pattern.matches(".*[*?\\[].*")) {
            return List.of(pattern);
        }
        Path path = Path.of(pattern);
        Path parent = path.getParent() == null ? Path.of("") : path.getParent();
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent, String.valueOf(path.getFileName()))) {
            for (Path file : stream) {
                if (Files.isRegularFile(file)) {
                    files.add(file.toString());
                }
            }
        } catch (IOException | PatternSyntaxException expected) {
            return List.of();
        }
        files.sort(String::compareTo);
        return files;
    }
}
