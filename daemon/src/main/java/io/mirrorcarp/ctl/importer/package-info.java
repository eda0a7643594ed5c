// SPDX-License-Identifier: BSD-2-Clause
/** {@code carpctl import}: makes a configuration from the files of other tools. */
@NullMarked
package io.mirrorcarp.ctl.importer;

import org.jspecify.annotations.NullMarked;
