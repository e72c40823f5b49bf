// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Facts stated one by one: those of a TCP connection, and those of a request that one only asks
 * about.
 */
public record StatedFacts(
    boolean isHttp,
    @Nullable String principal,
    @Nullable IpAddress sourceIp,
    @Nullable IpAddress remoteIp,
    @Nullable IpAddress destinationIp,
    int destinationPort,
    @Nullable String sni,
    @Nullable String host,
    @Nullable String method,
    @Nullable String path,
    @Nullable String target,
    Map<String, List<String>> headers,
    @Nullable Map<String, Object> claims)
    implements RequestFacts {
  public StatedFacts {
    var lowerCase = new TreeMap<String, List<String>>();
    headers.forEach((name, lines) ->
        lowerCase
            .computeIfAbsent(name.toLowerCase(Locale.ROOT), same -> new ArrayList<>())
            .addAll(lines));
    headers = Map.copyOf(lowerCase);
  }

  /** A TCP connection; its remote address is its source's. */
  public static StatedFacts ofConnection(
      @Nullable String principal,
      @Nullable IpAddress sourceIp,
      @Nullable IpAddress destinationIp,
      int destinationPort,
      @Nullable String sni) {
    return new StatedFacts(
        false,
        principal,
        sourceIp,
        sourceIp,
        destinationIp,
        destinationPort,
        sni,
        null,
        null,
        null,
        null,
        Map.of(),
        null);
  }

  @Override
  public boolean anyHeader(String name, Predicate<? super String> test) {
    List<String> lines = headers.get(name);
    for (int i = 0; lines != null && i < lines.size(); i++) {
      if (test.test(lines.get(i))) {
        return true;
      }
    }
    return false;
  }
}
