// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.SequenceMark;

/** Keeps how far the sequences of virtual hosts have come, beyond the end of the process. Called on the election's event loop: it must return at once. */
public interface SequenceMemory {
    /** Forgets everything. */
    SequenceMemory NONE = new SequenceMemory() {
        @Override
        public SequenceMark before(String subject) {
            return SequenceMark.NONE;
        }

        @Override
        public void keep(String subject, SequenceMark mark) {}
    };

    /**
     * What was kept last.
     *
     * @param subject the virtual host, as {@code 1@wan0}
     */
    SequenceMark before(String subject);

    /** Keeps it for the next life, a moment later. */
    void keep(String subject, SequenceMark mark);
}
