// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

/**
 * Why a request ended as it did, in Envoy's vocabulary: the metric label {@code response_flags} and
 * the access log's key of the same name.
 */
public enum ResponseFlag {
  /** The upstream answered; nothing of ours interfered. */
  NONE("-", "via_upstream"),
  NR("NR", "route_not_found"),
  NC("NC", "cluster_not_found"),
  UH("UH", "no_healthy_upstream"),
  /** Connect, TLS or CONNECT failed. */
  UF("UF", "upstream_reset_before_response_started{connection_failure}"),
  /** The upstream closed a connection that carried the request. */
  UC("UC", "upstream_reset_before_response_started{connection_termination}"),
  /** The upstream reset the stream that carried the request. */
  UR("UR", "upstream_reset_before_response_started{remote_reset}"),
  /** A limit of pending requests or connections was reached. */
  UO("UO", "upstream_reset_before_response_started{overflow}"),
  UT("UT", "response_timeout"),
  /** Every attempt that the retry limit permits has failed. */
  URX("URX", "upstream_reset_before_response_started{retry_limit_exceeded}"),
  UMSDR("UMSDR", "upstream_max_stream_duration_reached"),
  /** What the upstream sent is not HTTP. */
  UPE("UPE", "upstream_reset_before_response_started{protocol_error}"),
  /** The caller went away. */
  DC("DC", "downstream_remote_disconnect"),
  /** What the caller sent is not acceptable HTTP. */
  DPE("DPE", "http1.codec_error"),
  /** We reset the stream ourselves. */
  LR("LR", "local_reset"),
  /** The stream was idle for too long. */
  SI("SI", "stream_idle_timeout"),
  UAEX("UAEX", "ext_authz_denied"),
  FI("FI", "fault_filter_abort"),
  DI("DI", "fault_filter_delay"),
  RL("RL", "request_rate_limited"),
  RLSE("RLSE", "rate_limiter_error"),
  /** A strictly checked internal header was malformed. */
  IH("IH", "request_header_invalid"),
  /** Memory ran short. */
  OM("OM", "overload");

  private final String text;
  private final String details;

  ResponseFlag(String text, String details) {
    this.text = text;
    this.details = details;
  }

  /** The short form, {@code -} for {@link #NONE}. */
  public String text() {
    return text;
  }

  /** What {@code response_code_details} says when nothing more precise is known. */
  public String details() {
    return details;
  }
}
