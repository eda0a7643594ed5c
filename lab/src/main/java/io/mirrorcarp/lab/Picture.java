// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

/** The topology as it is drawn for the user. */
final class Picture {
    static final String TOPOLOGY = """
            LAN 10.0.0.0/24                                     WAN 203.0.113.0/24

                          10.0.0.1    virtual    203.0.113.1
                        .2 +---------------------------+ .2
                     +-----| fw-a             MASTER   |-----+
                     |     +---------------------------+     |
            client --+                   | pfsync            +-- server
            .100     |     +---------------------------+     |   .100
                     +-----| fw-b             BACKUP   |-----+
                        .3 +---------------------------+ .3

            """;

    private Picture() {}
}
