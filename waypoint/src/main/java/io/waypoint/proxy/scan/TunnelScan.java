// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import io.netty.buffer.ByteBuf;
import io.waypoint.hbone.ByteScan;
import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/** The scanner in the place where a tunnel asks for it. */
public final class TunnelScan implements ByteScan {
  private final RequestScanner scanner;

  public TunnelScan(ScanLimits limits) {
    this.scanner = new RequestScanner(limits);
  }

  @Override
  public int feed(ByteBuf held) {
    return scanner.feed(held);
  }

  @Override
  public @Nullable ByteBuf refusal() {
    Refusal refusal = scanner.refusal();
    return refusal == null ? null : RefusedRequest.encode(refusal);
  }

  @Override
  public boolean insideMessage() {
    return scanner.insideMessage();
  }

  @Override
  public boolean headPending() {
    return scanner.headPending();
  }

  @Override
  public ByteBuf expired() {
    return RefusedRequest.encode(Refusal.REQUEST_HEAD_TIMEOUT);
  }

  @Override
  public boolean upgradePending() {
    return scanner.upgradePending();
  }

  @Override
  public void opaque() {
    scanner.opaque();
  }

  @Override
  public void declined() {
    scanner.declined();
  }
}
