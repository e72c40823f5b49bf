// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.wire.ratelimit.CurrentLimit;
import io.waypoint.wire.ratelimit.RateLimitStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** draft-polli-ratelimit-headers-03, as Envoy writes it. */
class RemainingFieldsTest {
  private static RateLimitStatus status(int limit, int unit, String name, int left, long reset) {
    return RateLimitStatus.newBuilder()
        .setCurrentLimit(
            CurrentLimit.newBuilder().setRequestsPerUnit(limit).setUnit(unit).setName(name))
        .setLimitRemaining(left)
        .setDurationUntilReset(Duration.newBuilder().setSeconds(reset))
        .build();
  }

  private static Field field(String name, String value) {
    return new Field(name, value, Change.APPEND);
  }

  @Test
  void theLimitThatIsNearestToItsEndIsTheOneAndAllWindowsAreBesideIt() {
    assertThat(
            RemainingFields.of(
                List.of(
                    status(100, 3, "", 40, 900),
                    RateLimitStatus.getDefaultInstance(),
                    status(10, 2, "burst", 3, 12),
                    status(5, 9, "odd", 4, 1))))
        .containsExactly(
            field("x-ratelimit-limit", "10, 100;w=3600, 10;w=60;name=\"burst\""),
            field("x-ratelimit-remaining", "3"),
            field("x-ratelimit-reset", "12"));
  }

  @Test
  void nothingIsSaidOfNoLimit() {
    assertThat(RemainingFields.of(List.of(RateLimitStatus.getDefaultInstance()))).isEmpty();
  }

  /** Numbers are unsigned on the wire, and a name may not break out of its quotes. */
  @Test
  void whatCouldMisleadIsNotWritten() {
    assertThat(RemainingFields.of(List.of(status(-1, 1, "a\"\r\nb", -2, -5))))
        .containsExactly(
            field("x-ratelimit-limit", "4294967295, 4294967295;w=1"),
            field("x-ratelimit-remaining", "4294967294"),
            field("x-ratelimit-reset", "0"));
  }
}
