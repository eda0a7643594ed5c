// SPDX-License-Identifier: BSD-2-Clause
/** From the text of {@code carpd.toml} to the records and back, with every check. Pure: the machine is asked through {@link Surroundings}. */
@NullMarked
package io.mirrorcarp.daemon.config.parser;

import org.jspecify.annotations.NullMarked;
