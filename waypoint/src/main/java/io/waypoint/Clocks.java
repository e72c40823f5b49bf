// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time and chance of the running program. Everything else is given them, so that tests can hold
 * both still.
 *
 * @param wall tells the date; certificates and logs use it
 * @param nanos measures intervals; monotonic
 * @param secrets makes keys and serial numbers
 */
public record Clocks(InstantSource wall, LongSupplier nanos, SecureRandom secrets) {
  public static Clocks system() {
    return new Clocks(InstantSource.system(), System::nanoTime, new SecureRandom());
  }
}
