// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "1h,3600000",
    "0s,0",
    "100ms200ms300ms,600",
    "10s30m1h,5410000",
    "99999h,359996400000"
  })
  void readsTimes(String text, long millis) {
    assertThat(Units.duration(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1d", "1.5h", "-15m", "1h1h1h1h1h", "s", "100000s", "1 s", "1S"})
  void refusesWhatIsNoTime(String text) {
    assertThat(Units.duration(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1024,1024", "60KiB,61440", "8 MiB,8388608", "1gib,1073741824", "7B,7"})
  void readsSizes(String text, long bytes) {
    assertThat(Units.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "KiB", "1KB", "-1", "1.5MiB", "9999999999GiB", "1K"})
  void refusesWhatIsNoSize(String text) {
    assertThat(Units.bytes(text)).isEqualTo(-1);
  }

  @Test
  void writesWhatItReads() {
    for (String text : new String[] {"0s", "1h", "1h30m5s250ms", "200ms"}) {
      assertThat(Units.text(java.util.Objects.requireNonNull(Units.duration(text))))
          .isEqualTo(text);
    }
  }
}
