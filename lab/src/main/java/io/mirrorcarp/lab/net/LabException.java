// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import org.jspecify.annotations.Nullable;

/** Something that the lab needs could not be done; the message says what and why in words for the user. */
public class LabException extends RuntimeException {
    private final String reason;

    /** A failure with its reason. */
    public LabException(String reason) {
        this(reason, null);
    }

    /** A failure with its reason and what caused it. */
    public LabException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    /** The message. */
    public String reason() {
        return reason;
    }
}
