// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import java.io.IOException;
import java.util.List;

/** What a defect may throw, declared or not. */
public final class OnPurpose {
  private OnPurpose() {}

  /** One of each kind. */
  public static List<Throwable> failures() {
    return List.of(
        new IllegalStateException("on purpose"),
        new AssertionError("on purpose"),
        new StackOverflowError("on purpose"),
        new IOException("on purpose"));
  }

  /** Throws even what is checked, as a compiler other than Java's lets it. */
  public static RuntimeException thrown(Throwable failure) {
    return OnPurpose.<RuntimeException>sneaky(failure);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable any) throws T {
    throw (T) any;
  }
}
