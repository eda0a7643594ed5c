// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "ready", description = "Tells a node that starts that its services are ready: ends its startHoldOff.")
final class ReadyCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Override
    public Integer call() {
        return carpctl.ask(Request.newBuilder().setReady(Request.Ready.getDefaultInstance()));
    }
}
