// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

/** A well-formed CONNECT from a verified peer, not yet answered. */
public record Connect(TunnelPeer peer, TunnelTarget target) {}
