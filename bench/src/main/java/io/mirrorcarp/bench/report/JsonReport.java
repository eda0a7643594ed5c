// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** All results as one JSON object, for programs. A value that could not be measured is null. */
public final class JsonReport {
    private static final int SCHEMA = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReport() {}

    /**
     * The text.
     *
     * @param failures what could not be measured and why
     * @param quick whether the runs were short
     * @param otherWorkPercent of the processors that other programs used before the first run
     */
    public static String of(List<Result> results, List<String> failures, boolean quick, double otherWorkPercent) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schema", SCHEMA);
        root.put("quick", quick);
        root.putObject("machine")
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("otherWorkPercent", Math.round(otherWorkPercent))
                .put("kernel", System.getProperty("os.version"))
                .put("java", System.getProperty("java.version"));
        ArrayNode list = root.putArray("results");
        results.forEach(result -> add(list.addObject(), result));
        ArrayNode failed = root.putArray("failures");
        failures.forEach(failed::add);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    private static void add(ObjectNode node, Result result) {
        node.put("name", result.name());
        node.put("title", result.title());
        ArrayNode figures = node.putArray("figures");
        result.figures().forEach(figure -> add(figures.addObject(), figure));
        ArrayNode notes = node.putArray("notes");
        result.notes().forEach(notes::add);
        node.set("details", JSON.valueToTree(result.details()));
    }

    private static void add(ObjectNode node, Figure figure) {
        node.put("name", figure.name());
        node.put("unit", figure.unit());
        node.put("better", figure.better().name().toLowerCase(Locale.ROOT));
        ArrayNode readings = node.putArray("readings");
        for (Reading reading : figure.readings()) {
            ObjectNode one = readings.addObject();
            one.put("system", reading.system());
            one.put("role", reading.role().name().toLowerCase(Locale.ROOT));
            put(one, "value", OptionalDouble.of(reading.value()));
            addAll(one.putArray("values"), reading.values());
        }
        put(node, "ratio", figure.ratio());
        addAll(node.putArray("ratios"), figure.ratios());
        Target target = figure.target();
        node.put("target", target == null ? null : target.words());
        if (figure.verdict().isEmpty()) {
            node.putNull("met");
        } else {
            node.put("met", figure.verdict().equals("met"));
        }
    }

    private static void put(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            node.put(name, rounded(value.getAsDouble()));
        } else {
            node.putNull(name);
        }
    }

    private static void addAll(ArrayNode array, List<Double> values) {
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(rounded(value));
            } else {
                array.addNull();
            }
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
