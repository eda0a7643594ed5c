// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "confirm", description = "Keeps the change of a carpctl reload --confirm.")
final class ConfirmCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Override
    public Integer call() {
        return carpctl.ask(Request.newBuilder().setConfirm(Request.Confirm.getDefaultInstance()));
    }
}
