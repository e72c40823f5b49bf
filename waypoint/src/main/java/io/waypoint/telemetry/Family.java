// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.telemetry.Series.Kind;

/** Istio's standard metrics, and where in a series' cells their figures are. */
enum Family {
  REQUESTS("istio_requests_total", "Requests", Series.REQUESTS, Kind.HTTP),
  REQUEST_DURATION(
      "istio_request_duration_milliseconds", "Duration of requests", Series.DURATION, Kind.HTTP),
  REQUEST_BYTES("istio_request_bytes", "Size of requests", Series.REQUEST_BYTES, Kind.HTTP),
  RESPONSE_BYTES("istio_response_bytes", "Size of responses", Series.RESPONSE_BYTES, Kind.HTTP),
  REQUEST_MESSAGES(
      "istio_request_messages_total",
      "gRPC messages received from callers",
      Series.MESSAGES_IN,
      Kind.GRPC),
  RESPONSE_MESSAGES(
      "istio_response_messages_total",
      "gRPC messages sent to callers",
      Series.MESSAGES_OUT,
      Kind.GRPC),
  TCP_OPENED(
      "istio_tcp_connections_opened_total", "Relayed connections opened", Series.OPENED, Kind.TCP),
  TCP_CLOSED(
      "istio_tcp_connections_closed_total", "Relayed connections closed", Series.CLOSED, Kind.TCP),
  TCP_SENT("istio_tcp_sent_bytes_total", "Relayed bytes sent to callers", Series.SENT, Kind.TCP),
  TCP_RECEIVED(
      "istio_tcp_received_bytes_total",
      "Relayed bytes received from callers",
      Series.RECEIVED,
      Kind.TCP);

  private final String title;
  private final String help;
  private final int cell;
  private final Kind kind;

  Family(String title, String help, int cell, Kind kind) {
    this.title = title;
    this.help = help;
    this.cell = cell;
    this.kind = kind;
  }

  /** Whether a series has this metric; a gRPC call is an HTTP request as well. */
  boolean has(Kind of) {
    return kind == of || kind == Kind.HTTP && of == Kind.GRPC;
  }

  void writeHead(StringBuilder text) {
    text.append("# HELP ").append(title).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(title);
    text.append(isHistogram() ? " histogram\n" : " counter\n");
  }

  void write(StringBuilder text, String labels, long[] sums) {
    if (isHistogram()) {
      writeHistogram(text, labels, sums);
    } else {
      text.append(title).append('{').append(labels).append("} ").append(sums[cell]).append('\n');
    }
  }

  private boolean isHistogram() {
    return this == REQUEST_DURATION || this == REQUEST_BYTES || this == RESPONSE_BYTES;
  }

  private void writeHistogram(StringBuilder text, String labels, long[] sums) {
    long count = 0;
    for (int i = 0; i < Buckets.LABELS.length; i++) {
      count += sums[cell + i];
      text.append(title).append("_bucket{").append(labels).append(",le=\"");
      text.append(Buckets.LABELS[i]).append("\"} ").append(count).append('\n');
    }
    text.append(title).append("_sum{").append(labels).append("} ");
    if (this == REQUEST_DURATION) {
      text.append(sums[cell + Buckets.SUM] / 1_000.0);
    } else {
      text.append(sums[cell + Buckets.SUM]);
    }
    text.append('\n');
    text.append(title).append("_count{").append(labels).append("} ").append(count).append('\n');
  }
}
