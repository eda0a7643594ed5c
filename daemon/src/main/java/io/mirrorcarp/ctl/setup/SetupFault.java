// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

/** Why a node cannot be set up. The message says what to do. */
public final class SetupFault extends Exception {
    private static final long serialVersionUID = 1L;

    public SetupFault(String message) {
        super(message);
    }
}
