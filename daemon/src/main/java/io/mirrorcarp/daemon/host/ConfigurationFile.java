// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.parser.Absent;
import io.mirrorcarp.daemon.config.parser.ConfigurationParser;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Loads a configuration file and checks it against this machine. Opens nothing but the files that it names. */
public final class ConfigurationFile {
    public static final String DEFAULT_PATH = "/etc/carpd/carpd.toml";

    private static final long MAXIMUM_LENGTH = 1 << 20;

    private ConfigurationFile() {}

    /**
     * The control socket that a file names, however faulty the rest of it is; the default one where it names none or cannot be read. A start finds by it
     * what a process of this configuration left that died.
     */
    public static Path controlSocket(String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) <= MAXIMUM_LENGTH) {
                return Path.of(ConfigurationParser.controlSocket(Files.readString(path)));
            }
        } catch (IOException | InvalidPathException expected) {
            // What is wrong with the file is said when it is loaded.
        }
        return Path.of(AdminConfiguration.DEFAULT_SOCKET);
    }

    /** This machine, for a configuration in that directory. */
    public static Surroundings surroundings(Path directory) {
        return new HostSurroundings(directory);
    }

    /** The same as {@link #load} for a text that is not in the file yet. */
    public static ConfigurationResult check(String file, String text) {
        return check(file, text, Absent.IS_A_FAULT);
    }

    /** The same as {@link #loadToRun} for a text that is not in the file yet. */
    public static ConfigurationResult checkToRun(String file, String text) {
        return check(file, text, Absent.IS_AWAITED);
    }

    private static ConfigurationResult check(String file, String text, Absent absent) {
        if (text.length() > MAXIMUM_LENGTH) {
            return ConfigurationParser.unreadable(file, "longer than " + MAXIMUM_LENGTH + " bytes");
        }
        return ConfigurationParser.parse(file, text, new HostSurroundings(directoryOf(file)), absent);
    }

    private static Path directoryOf(String file) {
        Path path = Path.of(file).toAbsolutePath();
        return path.getParent() == null ? path : path.getParent();
    }

    /** The configuration or every fault of it, a file that cannot be read and an interface that is not there among them. */
    public static ConfigurationResult load(String file) {
        return load(file, Absent.IS_A_FAULT);
    }

    /** The same for the daemon, which waits for what is not there. */
    public static ConfigurationResult loadToRun(String file) {
        return load(file, Absent.IS_AWAITED);
    }

    private static ConfigurationResult load(String file, Absent absent) {
        Path path = Path.of(file).toAbsolutePath();
        try {
            if (Files.isDirectory(path)) {
                return ConfigurationParser.unreadable(file, "it is a directory");
            }
            if (Files.size(path) > MAXIMUM_LENGTH) {
                return ConfigurationParser.unreadable(file, "longer than " + MAXIMUM_LENGTH + " bytes");
            }
            return ConfigurationParser.parse(
                    file, Files.readString(path), new HostSurroundings(directoryOf(file)), absent);
        } catch (CharacterCodingException e) {
            return ConfigurationParser.unreadable(file, "not UTF-8");
        } catch (IOException e) {
            return ConfigurationParser.unreadable(file, HostSurroundings.problem(e));
        }
    }
}
