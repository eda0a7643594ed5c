// SPDX-License-Identifier: BSD-2-Clause
/** A model of replication in which a node holds a part of its peers' flows only. Nothing of it is in the product: decision 30. */
package io.mirrorcarp.pfsync.placement;
