// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.flows.KnownTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TablesFileTest {
    @TempDir
    Path directory;

    private TablesFile file() {
        return new TablesFile(directory.resolve("state").toString());
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        KnownTables tables = new KnownTables(0x9f2e_01aa_52c4_d381L, 9, Map.of(0x91ab_33c0, 5L, 7, -1L));
        file().write(tables);
        assertThat(file().read()).isEqualTo(tables);
        file().write(new KnownTables(3, 3, Map.of()));
        assertThat(file().read()).isEqualTo(new KnownTables(3, 3, Map.of()));
    }

    @Test
    void aNodeThatNeverRanKnowsNothing() {
        assertThat(file().read()).isEqualTo(KnownTables.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "table",
                "table xyz",
                "table 12",
                "table 12 12\npeer 1",
                "table 12 12\npeer 1 zz",
                "\u0000\u0001"
            })
    void whatCannotBeReadIsNothing(String content) throws IOException {
        Files.createDirectories(directory.resolve("state"));
        Files.writeString(directory.resolve("state/pfsync.tables"), content);
        assertThat(file().read()).isEqualTo(KnownTables.NONE);
    }
}
