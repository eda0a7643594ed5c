// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.parser.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an option that is a length of time, such as 500ms, 30s, 10m or 1h, and not zero. */
final class Span implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return Durations.parse(text)
                .filter(span -> !span.isZero())
                .orElseThrow(
                        () -> new TypeConversionException("'" + text + "' is not a duration such as 30s, 10m or 1h"));
    }
}
