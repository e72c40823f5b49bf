// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import org.jspecify.annotations.Nullable;

/** A fact that is one text. */
enum Subject {
  PRINCIPAL,
  SNI,
  HOST,
  METHOD,
  PATH,
  TARGET;

  @Nullable String of(RequestFacts facts) {
    return switch (this) {
      case PRINCIPAL -> facts.principal();
      case SNI -> facts.sni();
      case HOST -> facts.host();
      case METHOD -> facts.method();
      case PATH -> facts.path();
      case TARGET -> facts.target();
    };
  }
}
