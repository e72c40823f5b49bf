// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * @param wall judges certificates
 * @param nanos measures intervals; monotonic
 */
public record HboneClocks(InstantSource wall, LongSupplier nanos) {}
