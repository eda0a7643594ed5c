// SPDX-License-Identifier: BSD-2-Clause
/** Who may do what on the web pages: users, tokens, sessions, and what a guesser meets. Pure. */
@NullMarked
package io.mirrorcarp.daemon.access;

import org.jspecify.annotations.NullMarked;
