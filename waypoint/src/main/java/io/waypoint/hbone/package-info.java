// SPDX-License-Identifier: Apache-2.0

/** HBONE as a transport: an HTTP/2 CONNECT stream inside mutual TLS is a Netty channel. */
@NullMarked
package io.waypoint.hbone;

import org.jspecify.annotations.NullMarked;
