// SPDX-License-Identifier: BSD-2-Clause
/** What is wrong with a node and its host, in an administrator's words, and what to do about it. */
@NullMarked
package io.mirrorcarp.daemon.doctor;

import org.jspecify.annotations.NullMarked;
