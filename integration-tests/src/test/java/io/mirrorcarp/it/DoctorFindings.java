// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.net.CommandResult;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Reads what {@code carpctl doctor --json} found. */
final class DoctorFindings {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DoctorFindings() {}

    /** By its code: the sentence, and what to do. */
    static Map<String, String> of(CommandResult result) {
        Map<String, String> found = new TreeMap<>();
        try {
            for (JsonNode finding : JSON.readTree(result.out()).path("findings")) {
                found.merge(
                        finding.path("code").asText(),
                        finding.path("text").asText() + "\n"
                                + finding.path("todo").asText(),
                        (one, other) -> one + "\n" + other);
            }
        } catch (IOException e) {
            throw new AssertionError(result.out() + result.err(), e);
        }
        return found;
    }
}
