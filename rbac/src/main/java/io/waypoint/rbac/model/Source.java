// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

/** Who calls: all fields that are present must match. */
public record Source(
    Values principals,
    Values requestPrincipals,
    Values namespaces,
    Values serviceAccounts,
    Values trustDomains,
    Values ipBlocks,
    Values remoteIpBlocks) {}
