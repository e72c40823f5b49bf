// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.waypoint.proxy.scan.RequestScanner;
import io.waypoint.proxy.scan.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The head of an HTTP/1.1 request judged byte by byte, with few fields and with many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScanBench {
  @Param({"10", "100"})
  public int fields;

  private final RequestScanner scanner = new RequestScanner(ScanLimits.DEFAULTS);
  private ByteBuf head = PooledByteBufAllocator.DEFAULT.directBuffer(0);

  @Setup(Level.Trial)
  public void prepare() {
    StringBuilder text =
        new StringBuilder("GET /r/00001/item?page=3 HTTP/1.1\r\nhost: echo.bench\r\n");
    for (int i = 1; i < fields; i++) {
      text.append("x-field-").append(i).append(": some value of usual length\r\n");
    }
    head = PooledByteBufAllocator.DEFAULT.directBuffer();
    head.writeCharSequence(text.append("\r\n"), StandardCharsets.US_ASCII);
  }

  @TearDown(Level.Trial)
  public void release() {
    head.release();
  }

  /** How many bytes go on to the decoder: all of them. */
  @Benchmark
  public int scan() {
    return scanner.feed(head);
  }

  public int length() {
    return head.readableBytes();
  }
}
