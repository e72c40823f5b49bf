// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.identity.SpiffeId;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that nobody sends.
 *
 * @param host what the caller dials: a service's name as its namespace spells it, or an address
 * @param port 0 when the URL has none
 * @param target path and query as they would be received
 * @param headers besides {@code host}
 * @param from the address of the caller, or null when it does not matter
 */
public record Question(
    String method,
    String host,
    int port,
    String target,
    List<Field> headers,
    SpiffeId caller,
    @Nullable IpAddress from) {
  /** A header field as written. */
  public record Field(String name, String value) {
    /**
     * Reads {@code name: value}.
     *
     * @throws IllegalArgumentException for a person to read
     */
    public static Field parse(String line) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("\"" + line + "\" is not a header: write name: value");
      }
      return new Field(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
  }

  public Question {
    headers = List.copyOf(headers);
  }

  /**
   * Reads a URL such as {@code http://reviews:9080/v1/7?x=1}; without scheme it is http.
   *
   * @throws IllegalArgumentException for a person to read
   */
  public static Question of(
      String method, String url, List<Field> headers, SpiffeId caller, @Nullable IpAddress from) {
    String whole = url.contains("://") ? url : "http://" + url;
    int begin = whole.indexOf("://") + 3;
    int end = begin;
    while (end < whole.length() && "/?#".indexOf(whole.charAt(end)) < 0) {
      end++;
    }
    URI authority;
    try {
      authority = URI.create("http://" + whole.substring(begin, end));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + url + "\" is not a URL", e);
    }
    String host = authority.getHost();
    if (host == null || !whole.startsWith("http://")) {
      throw new IllegalArgumentException(
          "\""
              + url
              + "\" is not http://host[:port]/path: inside the mesh requests are plain HTTP");
    }
    String rest = whole.substring(end);
    String target = rest.startsWith("/") ? rest : "/" + rest;
    int port = Math.max(authority.getPort(), 0);
    return new Question(method, host, port, target, headers, caller, from);
  }

  /** The host as it stands in the request, unless a header says otherwise. */
  String authority() {
    for (Field field : headers) {
      if (field.name.equalsIgnoreCase("host")) {
        return field.value;
      }
    }
    return port == 0 ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return method + " http://" + host + (port == 0 ? "" : ":" + port) + target;
  }
}
