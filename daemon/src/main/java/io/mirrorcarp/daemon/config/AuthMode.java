// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** What an advertisement must prove. */
public enum AuthMode {
    /** The HMAC-SHA1 of CARP, which every implementation speaks. */
    COMPATIBLE,
    /** Only nodes of this project, with priority and order authenticated as well. */
    STRICT
}
