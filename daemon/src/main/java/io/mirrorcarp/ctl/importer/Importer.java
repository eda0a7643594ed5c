// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.reader.Reading;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.SourceTree;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads files of other tools into one draft. */
public final class Importer {
    private Importer() {}

    /**
     * Reads all of them.
     *
     * @param from the kind of all of them; empty to recognise each
     * @param nodeName the short name of the node, for files that have parts for one node only
     * @param keepVrrp whether VRRP stays VRRP; it becomes CARP otherwise
     * @throws ImportFault for the first file that cannot be understood at all
     */
    public static Draft read(
            SourceTree tree, List<String> files, Optional<Kind> from, String nodeName, boolean keepVrrp) {
        Draft draft = new Draft();
        draft.keepsVrrp(keepVrrp);
        boolean bsd = false;
        Reading reading = new Reading(tree, draft, nodeName);
        for (String name : files) {
            SourceFile file = tree.read(name);
            if (file.text().isBlank()) {
                throw new ImportFault(name, "the file is empty");
            }
            Kind kind = from.or(() -> Kind.of(file)).orElseThrow(() -> new ImportFault(name, unknown()));
            kind.reader().read(file, reading);
            bsd |= kind == Kind.RC_CONF || kind == Kind.HOSTNAME_IF;
        }
        if (bsd && draft.preempt().isEmpty() && !draft.hosts().isEmpty()) {
            String why = "not in these files, and on in carpd unless told otherwise: import sysctl.conf with them";
            draft.leave(draft.hosts().get(0).place(), "net.inet.carp.preempt", why);
        }
        return draft;
    }

    private static String unknown() {
        String kinds = Arrays.stream(Kind.values()).map(Kind::toString).collect(Collectors.joining(", "));
        return "not recognised: name its kind with --from: " + kinds;
    }
}
