// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.access.Sessions.Session;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Who sends a request.
 *
 * @param name the user, {@code token NAME}, or empty
 * @param role what that one may do now
 * @param session empty for a program with a token, and for nobody
 * @param stays false once it may do this no longer: for answers that go on
 */
record Caller(String name, Role role, Optional<Session> session, BooleanSupplier stays) {}
