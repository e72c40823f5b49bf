// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, from its head to the last byte of its answer; made by {@link Recorder#begin}
 * and given back to {@link Recorder#finish}.
 */
public final class RequestRecord extends Flow {
  /** No gRPC status was seen. */
  public static final int NO_GRPC_STATUS = -1;

  private static final long NEVER = Long.MIN_VALUE;

  String method = "";
  String path = "";
  String authority = "";
  Protocol protocol = Protocol.HTTP_1_1;
  @Nullable String route;
  @Nullable String requestId;
  @Nullable String userAgent;
  @Nullable String forwardedFor;
  @Nullable String traceparent;
  @Nullable String tracestate;
  @Nullable String policy;
  @Nullable String metadata;
  @Nullable String authorizerFailure;
  @Nullable String limiterFailure;
  @Nullable String dryRun;
  boolean audited;
  boolean denied;

  int status;
  long upstreamStartNanos = NEVER;
  long firstByteNanos = NEVER;
  boolean grpc;
  int grpcStatus = NO_GRPC_STATUS;
  long messagesIn;
  long messagesOut;

  RequestRecord(long startMillis, long startNanos) {
    super(startMillis, startNanos);
  }

  /**
   * The request line and the host, as received.
   *
   * @param path with query
   */
  public void request(String method, String path, String authority, Protocol protocol) {
    this.method = method;
    this.path = path;
    this.authority = authority;
    this.protocol = protocol;
  }

  /** What the log shows of the target when it may not show the whole. */
  public void path(String shown) {
    this.path = shown;
  }

  /** The headers that the access log shows. */
  public void headers(
      @Nullable String requestId, @Nullable String userAgent, @Nullable String forwardedFor) {
    this.requestId = requestId;
    this.userAgent = userAgent;
    this.forwardedFor = forwardedFor;
  }

  /** The id under which the request is forwarded, the caller's own or ours. */
  public void requestId(String id) {
    requestId = id;
  }

  /** The W3C trace context that came with the request. */
  public void trace(@Nullable String traceparent, @Nullable String tracestate) {
    this.traceparent = traceparent;
    this.tracestate = tracestate;
  }

  /** The request is a gRPC call. */
  public void grpc() {
    grpc = true;
  }

  /** The name of the route that matched, for example {@code default/reviews}. */
  public void route(String name) {
    route = name;
  }

  /** The request head goes upstream now. */
  public void sent(long nanos) {
    upstreamStartNanos = nanos;
  }

  /** The final response head came from upstream. */
  public void responded(int status, long nanos) {
    this.status = status;
    firstByteNanos = nanos;
  }

  /** We answer ourselves. */
  public void replied(int status, ResponseFlag flag) {
    this.status = status;
    flag(flag);
  }

  /**
   * We answer ourselves.
   *
   * @param details see {@link #flag(ResponseFlag, String)}
   */
  public void replied(int status, ResponseFlag flag, String details) {
    this.status = status;
    flag(flag, details);
  }

  /**
   * Policy denies the request.
   *
   * @param policy the policy that matched, or null when none allowed it
   */
  public void denied(int status, @Nullable String policy) {
    this.status = status;
    this.policy = policy;
    denied = true;
  }

  /**
   * What an external authorizer has to say for the log.
   *
   * @param json null when it says nothing
   */
  public void metadata(@Nullable String json) {
    if (json != null) {
      metadata = json;
    }
  }

  /** An external authorizer has no opinion; the reason is a word. */
  public void authorizerFailed(String reason) {
    authorizerFailure = reason;
  }

  /** Whoever counts has said nothing; the reason is a word. */
  public void limiterFailed(String reason) {
    limiterFailure = reason;
  }

  /** What dry-run policies would have decided. */
  public void dryRun(String words) {
    dryRun = words;
  }

  /** An AUDIT rule matches: the request deserves its line. */
  public void audited() {
    audited = true;
  }

  /** Adds gRPC messages received from the caller. */
  public void messagesIn(long count) {
    messagesIn += count;
  }

  /** Adds gRPC messages sent to the caller. */
  public void messagesOut(long count) {
    messagesOut += count;
  }

  /** The call's {@code grpc-status}; what gRPC does not define counts as UNKNOWN. */
  public void grpcStatus(int status) {
    grpcStatus = status < 0 || status > 16 ? 2 : status;
  }

  /**
   * Lets go of what the access log would not show, so that a queue of records stays small whatever
   * callers send.
   */
  void trim() {
    method = trimmed(method);
    path = trimmed(path);
    authority = trimmed(authority);
    requestId = requestId == null ? null : trimmed(requestId);
    userAgent = userAgent == null ? null : trimmed(userAgent);
    forwardedFor = forwardedFor == null ? null : trimmed(forwardedFor);
    metadata = metadata == null ? null : trimmed(metadata);
    traceparent = null;
    tracestate = null;
  }

  /** One character more than is shown, so that the log can tell that something is missing. */
  private static String trimmed(String text) {
    return text.length() <= LogText.LONGEST_VALUE
        ? text
        : text.substring(0, LogText.LONGEST_VALUE + 1);
  }

  public int status() {
    return status;
  }

  public boolean isGrpc() {
    return grpc;
  }

  public @Nullable String requestId() {
    return requestId;
  }

  public @Nullable String traceparent() {
    return traceparent;
  }

  public @Nullable String tracestate() {
    return tracestate;
  }

  /** Nanoseconds from request head to response head at the upstream, or -1 when there was none. */
  public long upstreamNanos() {
    return firstByteNanos == NEVER || upstreamStartNanos == NEVER
        ? -1
        : firstByteNanos - upstreamStartNanos;
  }

  @Override
  public String details() {
    if (!denied) {
      return super.details();
    }
    return "rbac_access_denied_matched_policy[" + (policy == null ? "none" : policy) + "]";
  }
}
