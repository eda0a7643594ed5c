// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What {@code carpctl doctor} prints, the errors first.
 *
 * @param findings empty where all is well
 */
public record DoctorReport(List<Diagnosis> findings) {
    private static final int SCHEMA = 1;

    public DoctorReport {
        findings = findings.stream()
                .sorted(Comparator.comparing(Diagnosis::severity))
                .toList();
    }

    /** The report that {@link #json} wrote; empty findings where it is none. */
    public static DoctorReport parse(String json) {
        List<Diagnosis> findings = new ArrayList<>();
        try {
            for (JsonNode finding : new ObjectMapper().readTree(json).path("findings")) {
                findings.add(new Diagnosis(
                        finding.path("code").asText(),
                        finding.path("severity").asText().equals(Severity.ERROR.text())
                                ? Severity.ERROR
                                : Severity.WARNING,
                        finding.path("text").asText(),
                        finding.path("todo").asText()));
            }
        } catch (IOException expected) {
            // Cut, or not a report.
        }
        return new DoctorReport(findings);
    }

    /** Whether there is nothing to look at. */
    public boolean isWell() {
        return findings.isEmpty();
    }

    /** Two lines for each finding: what is wrong, and what to do. */
    public String text() {
        if (isWell()) {
            return "nothing to mend was found; a clock that jumps does no harm, no timer of carpd follows it\n";
        }
        StringBuilder text = new StringBuilder();
        for (Diagnosis finding : findings) {
            text.append(finding.severity().text())
                    .append(": ")
                    .append(finding.text())
                    .append("  [")
                    .append(finding.code())
                    .append("]\n    ")
                    .append(finding.todo())
                    .append('\n');
        }
        return text.toString();
    }

    /** {@code {"schema":1,"findings":[{"code":"...","severity":"error","text":"...","todo":"..."}]}}. */
    public String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("schema", SCHEMA);
            json.writeArrayFieldStart("findings");
            for (Diagnosis finding : findings) {
                json.writeStartObject();
                json.writeStringField("code", finding.code());
                json.writeStringField("severity", finding.severity().text());
                json.writeStringField("text", finding.text());
                json.writeStringField("todo", finding.todo());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes what it is given", e);
        }
        return text + "\n";
    }
}
