// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from the admin port. A page can make a browser on this machine send requests
 * to loopback; it cannot make it lie about the {@code Host} it resolved (DNS rebinding) nor about
 * the page's {@code Origin}.
 */
final class Guard {
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private Guard() {}

  /** Why the request is refused, or null when it is not. */
  static @Nullable String refusal(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll("host");
    if (hosts.size() != 1 || !isLoopback(hosts.getFirst())) {
      return "the Host header must be localhost, 127.0.0.1 or [::1]";
    }
    boolean reads = request.method().equals(HttpMethod.GET);
    return reads || isSameOrigin(request, hosts.getFirst())
        ? null
        : "requests that change something must not come from another origin";
  }

  static boolean isLoopback(String host) {
    int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    String name = end <= 0 ? host : host.substring(0, end);
    String port = host.substring(name.length());
    return LOOPBACK_NAMES.contains(name.toLowerCase(Locale.ROOT)) && isPort(port);
  }

  private static boolean isPort(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.isEmpty() || text.length() > 1 && text.charAt(0) == ':';
  }

  /** Programs send neither header; browsers send at least one with everything but a plain GET. */
  private static boolean isSameOrigin(HttpServerRequest request, String host) {
    List<String> origins = request.headers().getAll("origin");
    if (origins.size() > 1) {
      return false;
    }
    if (!origins.isEmpty() && !origins.getFirst().equalsIgnoreCase("http://" + host)) {
      return false;
    }
    String site = request.getHeader("sec-fetch-site");
    return site == null || site.equals("same-origin") || site.equals("none");
  }
}
