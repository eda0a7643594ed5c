// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

/** What changes among the interfaces and addresses of a network namespace. Called on the context of the {@link RouteMonitor}. */
public interface RouteListener {

    /** An interface is new or has changed. */
    void onLink(Link link);

    /** An interface is gone. */
    void onLinkGone(Link last);

    /** An address is new or has changed. */
    void onAddress(LinkAddress address);

    /** An address is gone. */
    void onAddressGone(LinkAddress last);
}
