// SPDX-License-Identifier: BSD-2-Clause
/** What an import understood of other tools' files: mutable drafts that readers fill. Pure. */
@NullMarked
package io.mirrorcarp.ctl.importer.model;

import org.jspecify.annotations.NullMarked;
