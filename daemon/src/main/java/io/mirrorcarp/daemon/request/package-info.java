// SPDX-License-Identifier: BSD-2-Clause
/** The words of requests, as carpctl and the HTTP interface share them. */
@NullMarked
package io.mirrorcarp.daemon.request;

import org.jspecify.annotations.NullMarked;
