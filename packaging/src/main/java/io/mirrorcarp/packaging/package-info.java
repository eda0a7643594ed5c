// SPDX-License-Identifier: BSD-2-Clause
/** What the Debian package has beside the programs, made from their models: manual pages and completions. Not part of the package itself. */
@NullMarked
package io.mirrorcarp.packaging;

import org.jspecify.annotations.NullMarked;
