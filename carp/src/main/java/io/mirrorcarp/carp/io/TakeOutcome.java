// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How a take ended: exactly one of the two is there.
 *
 * @param held what is answered for now
 * @param failure why it is not; nothing of the take is left then
 */
public record TakeOutcome(
        @Nullable HeldAddresses held, @Nullable IOException failure) {
    public TakeOutcome {
        if ((held == null) == (failure == null)) {
            throw new IllegalArgumentException("a take has either taken or failed");
        }
    }

    static TakeOutcome taken(HeldAddresses held) {
        return new TakeOutcome(held, null);
    }

    static TakeOutcome failed(IOException failure) {
        return new TakeOutcome(null, failure);
    }
}
