// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.util.concurrent.CountDownLatch;

/** A program that holds a lab with one running process until a signal ends it; prints the lab's id. */
public final class LabHolder {
    private LabHolder() {}

    /** Opens the lab and waits for ever. */
    public static void main(String[] arguments) throws InterruptedException {
        Lab lab = Lab.open();
        lab.host("one").spawn("sleep", "sleep", "600");
        System.out.println(lab.id());
        new CountDownLatch(1).await();
    }
}
