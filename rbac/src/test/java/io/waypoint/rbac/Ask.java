// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request or a connection to ask about; everything has a plain default. */
final class Ask {
  private boolean http = true;
  private @Nullable String principal = "spiffe://cluster.local/ns/foo/sa/a";
  private @Nullable String sourceIp = "10.244.1.10";
  private @Nullable String remoteIp = "10.244.1.10";
  private @Nullable String destinationIp = "10.96.0.10";
  private int port = 8000;
  private @Nullable String sni;
  private @Nullable String host = "httpbin.foo.svc.cluster.local";
  private @Nullable String method = "GET";
  private @Nullable String path = "/";
  private @Nullable String query;
  private final Map<String, List<String>> headers = new HashMap<>();
  private @Nullable Map<String, Object> claims;

  static Ask get(String path) {
    return new Ask().path(path);
  }

  static Ask tcp() {
    Ask ask = new Ask();
    ask.http = false;
    ask.host = null;
    ask.method = null;
    ask.path = null;
    return ask;
  }

  /** By its parts, for example {@code foo/a}. */
  Ask as(String namespaceAndAccount) {
    String[] parts = namespaceAndAccount.split("/", -1);
    return principal("spiffe://cluster.local/ns/" + parts[0] + "/sa/" + parts[1]);
  }

  Ask principal(@Nullable String uri) {
    principal = uri;
    return this;
  }

  Ask sourceIp(@Nullable String address) {
    sourceIp = address;
    return this;
  }

  Ask remoteIp(@Nullable String address) {
    remoteIp = address;
    return this;
  }

  Ask destination(@Nullable String address, int toPort) {
    destinationIp = address;
    port = toPort;
    return this;
  }

  Ask sni(@Nullable String name) {
    sni = name;
    return this;
  }

  Ask host(@Nullable String authority) {
    host = authority;
    return this;
  }

  Ask method(@Nullable String name) {
    method = name;
    return this;
  }

  Ask path(@Nullable String canonical) {
    path = canonical;
    return this;
  }

  Ask query(String raw) {
    query = raw;
    return this;
  }

  Ask header(String name, String line) {
    headers.computeIfAbsent(name, same -> new ArrayList<>()).add(line);
    return this;
  }

  Ask claims(@Nullable Map<String, Object> all) {
    claims = all;
    return this;
  }

  StatedFacts facts() {
    return new StatedFacts(
        http,
        principal,
        address(sourceIp),
        address(remoteIp),
        address(destinationIp),
        port,
        sni,
        host,
        method,
        path,
        path == null ? null : new RequestTarget(path, query).toString(),
        headers,
        claims);
  }

  private static @Nullable IpAddress address(@Nullable String text) {
    return text == null ? null : IpAddress.parse(text);
  }
}
