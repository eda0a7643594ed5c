// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The labs that stand on this machine, as their directories tell: running, kept, or left by a process that was killed. */
public final class Leftovers {
    private Leftovers() {}

    /** Why a lab stands. */
    public enum Condition {
        /** Its process lives. */
        RUNNING,
        /** It was to stay after its process. */
        KEPT,
        /** Its process ended without removing it. */
        ORPHANED
    }

    /**
     * One lab.
     *
     * @param id its six hexadecimal digits
     * @param condition why it stands
     * @param namespaces those of its namespaces that exist
     */
    public record Standing(String id, Condition condition, List<String> namespaces) {}

    /** All labs on this machine. */
    public static List<Standing> list() {
        return LabDirectory.all().stream()
                .map(directory -> new Standing(directory.id(), condition(directory), existing(directory)))
                .toList();
    }

    /** Removes every lab that no living process uses: kept and orphaned ones; returns their ids. */
    public static List<String> removeAll() {
        return removeIf(directory -> condition(directory) != Condition.RUNNING);
    }

    /** Removes the lab with that id; false when no lab has it, or a living process uses it. */
    public static boolean remove(String id) {
        return !removeIf(directory -> directory.id().equals(id) && condition(directory) != Condition.RUNNING)
                .isEmpty();
    }

    private static List<String> removeIf(Predicate<LabDirectory> condition) {
        List<String> ids = new ArrayList<>();
        for (LabDirectory directory : LabDirectory.all()) {
            if (condition.test(directory)) {
                remove(directory);
                ids.add(directory.id());
            }
        }
        return ids;
    }

    /** Removes what a directory names; goes on after a failure, so that as much as possible is removed. */
    static void remove(LabDirectory directory) {
        List<String> failures = new ArrayList<>();
        for (String name : directory.namespaces()) {
            try {
                Namespace.find(name).ifPresent(Namespace::close);
            } catch (LabException e) {
                failures.add(e.reason());
            }
        }
        if (!failures.isEmpty()) {
            throw new LabException(String.join("; ", failures));
        }
        directory.delete();
    }

    private static List<String> existing(LabDirectory directory) {
        return directory.namespaces().stream()
                .filter(name -> Namespace.find(name).isPresent())
                .toList();
    }

    private static Condition condition(LabDirectory directory) {
        if (directory.ownerLives()) {
            return Condition.RUNNING;
        }
        return directory.kept() ? Condition.KEPT : Condition.ORPHANED;
    }
}
