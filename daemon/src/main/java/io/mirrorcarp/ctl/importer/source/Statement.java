// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.Place;
import java.util.List;
import java.util.Optional;

/**
 * A line of a file with braces, and what the braces after it hold.
 *
 * @param words without quotes; at least one
 * @param block empty where there are no braces
 */
public record Statement(Place place, List<String> words, List<Statement> block) {
    public Statement {
        words = List.copyOf(words);
        block = List.copyOf(block);
    }

    /** The first word. */
    public String key() {
        return words.get(0);
    }

    /** The word at an index from 0, or an empty text. */
    public String word(int index) {
        return index < words.size() ? words.get(index) : "";
    }

    /** All words after the first, with blanks between them. */
    public String rest() {
        return String.join(" ", words.subList(1, words.size()));
    }

    /** The first statement of the block with that first word. */
    public Optional<Statement> child(String key) {
        return block.stream().filter(statement -> statement.key().equals(key)).findFirst();
    }
}
