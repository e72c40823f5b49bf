// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.telemetry.ResponseFlag;

/** What we answer ourselves; status, body and flag are those that Envoy gives. */
enum LocalAnswer {
  NOT_READY(503, "", ResponseFlag.NC),
  UNKNOWN_DESTINATION(404, "", ResponseFlag.NR),
  NO_ROUTE(404, "", ResponseFlag.NR),
  DENIED(403, "RBAC: access denied", ResponseFlag.NONE),
  BROKEN(500, "", ResponseFlag.NONE),
  NO_HEALTHY_UPSTREAM(503, "no healthy upstream", ResponseFlag.UH),
  CONNECT_FAILED(503, Texts.UPSTREAM + "connection failure", ResponseFlag.UF),
  UNTRUSTED(503, Texts.UPSTREAM + "TLS handshake failed", ResponseFlag.UF),
  CONNECT_TIMEOUT(503, Texts.UPSTREAM + "connection timeout", ResponseFlag.UF),
  OVERFLOW(503, Texts.UPSTREAM + "overflow", ResponseFlag.UO),
  RETRY_BUDGET(503, "retry budget exhausted", ResponseFlag.UO),
  TERMINATED(503, Texts.UPSTREAM + "connection termination", ResponseFlag.UC),
  RESET(503, Texts.UPSTREAM + "remote reset", ResponseFlag.UR),
  PROTOCOL_ERROR(502, Texts.UPSTREAM + "protocol error", ResponseFlag.UPE),
  TIMED_OUT(504, "upstream request timeout", ResponseFlag.UT),
  REQUEST_IDLE(408, "stream timeout", ResponseFlag.SI),
  RESPONSE_IDLE(504, "stream timeout", ResponseFlag.SI);

  private final int status;
  private final String body;
  private final ResponseFlag flag;

  LocalAnswer(int status, String body, ResponseFlag flag) {
    this.status = status;
    this.body = body;
    this.flag = flag;
  }

  int status() {
    return status;
  }

  String body() {
    return body;
  }

  ResponseFlag flag() {
    return flag;
  }

  /** The reset reason, or the whole body when it names none. */
  String reason() {
    return body.startsWith(Texts.UPSTREAM) ? body.substring(Texts.UPSTREAM.length()) : body;
  }

  private static final class Texts {
    static final String UPSTREAM =
        "upstream connect error or disconnect/reset before headers. reset reason: ";
  }
}
