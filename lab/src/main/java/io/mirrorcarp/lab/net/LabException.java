// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import org.jspecify.annotations.Nullable;

/** Something that the lab needs could not be done; the message says what and why in words for the user. */
public class LabException extends RuntimeException {
    /** A failure with its reason. */
    public LabException(String message) {
        super(message);
    }

    /** A failure with its reason and what caused it. */
    public LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
