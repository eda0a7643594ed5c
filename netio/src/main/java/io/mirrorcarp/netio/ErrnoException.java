// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.io.IOException;

/** A system call or netlink request that the kernel refused. */
public final class ErrnoException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param call what was asked for, in a few words: {@code bind to wan0}
     * @param errno the kernel's answer, a positive number
     */
    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.describe(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The same with the kernel's own sentence about it, which may be empty. */
    public ErrnoException(String call, int errno, String kernelMessage) {
        super(call + ": " + Errno.describe(errno) + (kernelMessage.isEmpty() ? "" : ": " + kernelMessage));
        this.call = call;
        this.errno = errno;
    }

    /** What was asked for. */
    public String call() {
        return call;
    }

    /** The kernel's answer, a positive number: one of {@link Errno}. */
    public int errno() {
        return errno;
    }
}
