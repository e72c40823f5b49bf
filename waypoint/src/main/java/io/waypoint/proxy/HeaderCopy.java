// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies the fields that pass a proxy, and notes what it meets. One for each event loop, used again
 * for every message: a copy is made at one go.
 */
final class HeaderCopy implements BiConsumer<String, String> {
  private MultiMap target = MultiMap.caseInsensitiveMultiMap();
  private boolean keepLength;
  private @Nullable String contentLength;
  private @Nullable String connection;
  private @Nullable String grpcStatus;

  /** A request's fields; its host goes its own way. */
  void request(MultiMap from, MultiMap to, boolean keepsLength) {
    begin(to, keepsLength);
    from.forEach(this);
  }

  /** A response's fields, less those that its {@code Connection} names. */
  void response(MultiMap from, MultiMap to, boolean keepsLength) {
    begin(to, keepsLength);
    from.forEach(this);
    if (connection != null) {
      Tokens.each(connection, this::dropNominated);
    }
  }

  private void begin(MultiMap to, boolean keepsLength) {
    target = to;
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
      case 11 -> {
        if (name.equalsIgnoreCase("grpc-status")) {
          grpcStatus = value;
        }
        target.add(name, value);
      }
      case 14 -> {
        boolean isLength = name.equalsIgnoreCase("content-length");
        contentLength = isLength ? value : contentLength;
        add(name, value, !isLength || keepLength);
      }
      default -> target.add(name, value);
    }
  }

  private void add(String name, String value, boolean wanted) {
    if (wanted) {
      target.add(name, value);
    }
  }

  private void dropNominated(String name) {
    if (!HopByHop.is(name) && HopByHop.mayBeNominated(name)) {
      target.remove(name);
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
