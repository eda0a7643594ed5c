// SPDX-License-Identifier: BSD-2-Clause
/** One reader for each kind of file. Pure: they ask a SourceTree for the files that a file includes. */
@NullMarked
package io.mirrorcarp.ctl.importer.reader;

import org.jspecify.annotations.NullMarked;
