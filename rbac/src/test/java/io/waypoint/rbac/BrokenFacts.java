// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Facts that fail when asked. */
final class BrokenFacts implements RequestFacts {
  private static IllegalStateException broken() {
    return new IllegalStateException("broken");
  }

  @Override
  public boolean isHttp() {
    return true;
  }

  @Override
  public @Nullable String principal() {
    throw broken();
  }

  @Override
  public @Nullable IpAddress sourceIp() {
    throw broken();
  }

  @Override
  public @Nullable IpAddress remoteIp() {
    throw broken();
  }

  @Override
  public @Nullable IpAddress destinationIp() {
    throw broken();
  }

  @Override
  public int destinationPort() {
    throw broken();
  }

  @Override
  public @Nullable String sni() {
    throw broken();
  }

  @Override
  public @Nullable String host() {
    throw broken();
  }

  @Override
  public @Nullable String method() {
    throw broken();
  }

  @Override
  public @Nullable String path() {
    throw broken();
  }

  @Override
  public @Nullable String target() {
    throw broken();
  }

  @Override
  public boolean anyHeader(String name, Predicate<? super String> test) {
    throw broken();
  }

  @Override
  public @Nullable Map<String, Object> claims() {
    throw broken();
  }
}
