// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Bytes that the calling thread has allocated. */
final class Allocation {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Method METHOD = method();

    private Allocation() {}

    static long bytes() {
        try {
            return (long) METHOD.invoke(THREADS, Thread.currentThread().getId());
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError("no allocation counter", e);
        }
    }

    private static Method method() {
        try {
            return Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no allocation counter", e);
        }
    }
}
