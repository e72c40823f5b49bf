// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Counts how often the method is asked for: once for each rule that is evaluated and has one. */
final class CountedFacts implements RequestFacts {
  private final RequestFacts facts;
  private int methodReads;

  CountedFacts(RequestFacts facts) {
    this.facts = facts;
  }

  int methodReads() {
    return methodReads;
  }

  @Override
  public boolean isHttp() {
    return facts.isHttp();
  }

  @Override
  public @Nullable String principal() {
    return facts.principal();
  }

  @Override
  public @Nullable IpAddress sourceIp() {
    return facts.sourceIp();
  }

  @Override
  public @Nullable IpAddress remoteIp() {
    return facts.remoteIp();
  }

  @Override
  public @Nullable IpAddress destinationIp() {
    return facts.destinationIp();
  }

  @Override
  public int destinationPort() {
    return facts.destinationPort();
  }

  @Override
  public @Nullable String sni() {
    return facts.sni();
  }

  @Override
  public @Nullable String host() {
    return facts.host();
  }

  @Override
  public @Nullable String method() {
    methodReads++;
    return facts.method();
  }

  @Override
  public @Nullable String path() {
    return facts.path();
  }

  @Override
  public @Nullable String target() {
    return facts.target();
  }

  @Override
  public boolean anyHeader(String name, Predicate<? super String> test) {
    return facts.anyHeader(name, test);
  }

  @Override
  public @Nullable Map<String, Object> claims() {
    return facts.claims();
  }
}
