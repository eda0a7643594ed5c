// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;

/** Counts what a thread allocates, through HotSpot's extension of the thread bean. */
public final class Allocation {
    private static final Object BEAN = ManagementFactory.getThreadMXBean();
    private static final Method METHOD = method();

    private Allocation() {}

    /** Bytes that {@code action} allocates on this thread, with the few that measuring takes. */
    public static long of(Runnable action) {
        long before = allocated();
        action.run();
        return allocated() - before;
    }

    private static long allocated() {
        try {
            return (long) METHOD.invoke(BEAN, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Method method() {
        try {
            return Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot count allocations", e);
        }
    }
}
