// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.http.HttpHeaders;

/** The header fields this package touches; their hashes are computed once. */
final class FieldNames {
  static final CharSequence CONNECTION = HttpHeaders.CONNECTION;
  static final CharSequence CONTENT_LENGTH = HttpHeaders.CONTENT_LENGTH;
  static final CharSequence CONTENT_TYPE = HttpHeaders.CONTENT_TYPE;
  static final CharSequence DATE = HttpHeaders.DATE;
  static final CharSequence EXPECT = HttpHeaders.EXPECT;
  static final String WWW_AUTHENTICATE = "www-authenticate";
  static final CharSequence HOST = HttpHeaders.HOST;
  static final CharSequence ORIGIN = HttpHeaders.ORIGIN;
  static final CharSequence SERVER = HttpHeaders.SERVER;
  static final CharSequence TE = HttpHeaders.createOptimized("te");
  static final CharSequence TRANSFER_ENCODING = HttpHeaders.TRANSFER_ENCODING;
  static final CharSequence UPGRADE = HttpHeaders.createOptimized("upgrade");
  static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("x-forwarded-proto");
  static final CharSequence FORWARDED_CLIENT_CERT =
      HttpHeaders.createOptimized("x-forwarded-client-cert");
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
  static final CharSequence UPSTREAM_SERVICE_TIME =
      HttpHeaders.createOptimized("x-envoy-upstream-service-time");
  static final CharSequence GRPC_STATUS = HttpHeaders.createOptimized("grpc-status");
  static final CharSequence GRPC_TIMEOUT = HttpHeaders.createOptimized("grpc-timeout");
  static final CharSequence GRPC_MESSAGE = HttpHeaders.createOptimized("grpc-message");

  private FieldNames() {}
}
