// SPDX-License-Identifier: BSD-2-Clause
/** The web pages and the HTTP interface behind them, on the admin loop. */
@NullMarked
package io.mirrorcarp.daemon.web;

import org.jspecify.annotations.NullMarked;
