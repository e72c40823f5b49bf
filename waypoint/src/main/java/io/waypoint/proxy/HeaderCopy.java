// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.upstream.UpstreamRequest;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies the fields that pass a proxy, and notes what it meets. One for each event loop, used again
 * for every message: a copy is made at one go.
 */
final class HeaderCopy implements BiConsumer<String, String> {
  private @Nullable MultiMap target;
  private @Nullable UpstreamRequest request;
  private boolean keepLength;
  private boolean keepExpect;
  private @Nullable String contentLength;
  private @Nullable String connection;
  private @Nullable String grpcStatus;

  /** A request's fields; its host goes its own way. */
  void request(MultiMap from, UpstreamRequest to, boolean keepsLength, boolean keepsExpect) {
    begin(keepsLength);
    request = to;
    keepExpect = keepsExpect;
    from.forEach(this);
  }

  /** A response's fields, less those that its {@code Connection} names. */
  void response(MultiMap from, MultiMap to, boolean keepsLength) {
    begin(keepsLength);
    target = to;
    keepExpect = true;
    from.forEach(this);
    if (connection != null) {
      Tokens.each(connection, name -> dropNominated(to, name));
    }
  }

  private void begin(boolean keepsLength) {
    target = null;
    request = null;
    keepLength = keepsLength;
    contentLength = null;
    connection = null;
    grpcStatus = null;
  }

  @Override
  public void accept(String name, String value) {
    if (HopByHop.is(name)) {
      if (name.equalsIgnoreCase("connection")) {
        connection = connection == null ? value : connection + "," + value;
      }
      return;
    }
    switch (name.length()) {
      case 4 -> add(name, value, !name.equalsIgnoreCase("host"));
      case 6 -> add(name, value, keepExpect || !name.equalsIgnoreCase("expect"));
      case 11 -> {
        if (name.equalsIgnoreCase("grpc-status")) {
          grpcStatus = value;
        }
        add(name, value, true);
      }
      case 14 -> {
        boolean isLength = name.equalsIgnoreCase("content-length");
        contentLength = isLength ? value : contentLength;
        add(name, value, !isLength || keepLength);
      }
      default -> add(name, value, true);
    }
  }

  private void add(String name, String value, boolean wanted) {
    if (!wanted) {
      return;
    }
    if (request != null) {
      request.field(name, value);
    } else if (target != null) {
      target.add(name, value);
    }
  }

  private static void dropNominated(MultiMap from, String name) {
    if (!HopByHop.is(name) && HopByHop.mayBeNominated(name)) {
      from.remove(name);
    }
  }

  @Nullable String contentLength() {
    return contentLength;
  }

  @Nullable String connection() {
    return connection;
  }

  @Nullable String grpcStatus() {
    return grpcStatus;
  }
}
