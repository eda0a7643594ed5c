// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Future;
import org.junit.jupiter.api.Tag;

/** Whatever comes in on the control socket is a command that is answered, or a fault in one sentence. docs/architecture.md tells how to fuzz. */
@Tag("fuzz")
class RequestFuzzTest {
    private static final int MAXIMUM = 1 << 16;

    @FuzzTest(maxDuration = "1m")
    void requests(byte[] data) {
        try {
            byte[] message = new DelimitedBuffer(MAXIMUM).append(data);
            if (message != null) {
                answer(Request.parseFrom(message));
            }
        } catch (InvalidProtocolBufferException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
    }

    private static void answer(Request request) {
        Future<Commands.Answer> answer = Future.succeededFuture(request).compose(new Commands(new FakeDaemon())::run);
        assertThat(answer.isComplete()).isTrue();
        try {
            StateFilter.of(request.getStates().getChoice());
        } catch (CommandFailure expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
    }
}
