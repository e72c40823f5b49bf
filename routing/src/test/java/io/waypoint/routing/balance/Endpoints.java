// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sets of endpoints named {@code w0}, {@code w1} and so on. */
public final class Endpoints {
  private Endpoints() {}

  public static Endpoint endpoint(int i, boolean ready) {
    return new Endpoint(
        InetSocketAddress.createUnresolved("10.0.0." + i, 80), null, "default/w" + i, ready);
  }

  public static EndpointSet ready(int count) {
    return of(IntStream.range(0, count).mapToObj(i -> endpoint(i, true)).toList());
  }

  /** Those at even places are not ready. */
  public static EndpointSet half(int count) {
    return of(IntStream.range(0, count).mapToObj(i -> endpoint(i, i % 2 == 1)).toList());
  }

  public static EndpointSet none(int unready) {
    return of(Stream.iterate(0, i -> i + 1).limit(unready).map(i -> endpoint(i, false)).toList());
  }

  private static EndpointSet of(List<Endpoint> endpoints) {
    return new EndpointSet("reviews", "default", 80, false, endpoints);
  }
}
