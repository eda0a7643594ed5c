// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine as it will be once some files are written. */
public final class PlannedSurroundings implements Surroundings {
    private final Surroundings now;
    private final Path directory;
    private final Map<String, NewFile> files = new HashMap<>();
    private final Set<String> directories = new HashSet<>();

    /**
     * Adds files to a machine.
     *
     * @param directory where relative paths start
     */
    public PlannedSurroundings(Surroundings now, Path directory, List<NewFile> planned) {
        this.now = now;
        this.directory = directory;
        for (NewFile file : planned) {
            Path path = directory.resolve(file.path()).normalize();
            files.put(path.toString(), file);
            directories.add(String.valueOf(path.getParent()));
        }
    }

    @Override
    public String hostName() {
        return now.hostName();
    }

    @Override
    public String machineId() {
        return now.machineId();
    }

    @Override
    public Set<String> interfaceNames() {
        return now.interfaceNames();
    }

    @Override
    public Set<InetAddress> addresses() {
        return now.addresses();
    }

    /** None: whatever holds a virtual address now is what carpd takes the place of. */
    @Override
    public Optional<String> configuredOn(InetAddress address) {
        return Optional.empty();
    }

    @Override
    public FileReading readKeyFile(String path) {
        String absolute = directory.resolve(path).normalize().toString();
        NewFile file = files.get(absolute);
        return file == null ? now.readKeyFile(path) : FileReading.of(absolute, file.content(), file.mode());
    }

    @Override
    public boolean hasGroup(String name) {
        return now.hasGroup(name);
    }

    @Override
    public Optional<String> certificateProblem(Secret certificate, Secret key) {
        return now.certificateProblem(certificate, key);
    }

    @Override
    public Optional<String> programProblem(String path) {
        return files.containsKey(path) ? Optional.empty() : now.programProblem(path);
    }

    @Override
    public Optional<String> directoryProblem(String path) {
        Optional<String> problem = now.directoryProblem(path);
        boolean willBeMade =
                problem.filter("there is no such directory"::equals).isPresent();
        return willBeMade && directories.contains(path) ? Optional.empty() : problem;
    }
}
