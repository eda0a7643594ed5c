// SPDX-License-Identifier: BSD-2-Clause
/** The forms that other tools' files are written in: braces, XML, shell words. Pure, but for the hand that reads files. */
@NullMarked
package io.mirrorcarp.ctl.importer.source;

import org.jspecify.annotations.NullMarked;
