// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ResponseFlagTest {
  private final Recorder recorder =
      new Telemetry(
              TelemetrySettings.of("1"), new FakeNanos(), InstantSource.fixed(Instant.EPOCH), null)
          .recorder();

  @Test
  void textsAndDetailsAreToldApart() {
    assertThat(ResponseFlag.values()).extracting(ResponseFlag::text).doesNotHaveDuplicates();
    assertThat(ResponseFlag.values()).extracting(ResponseFlag::details).doesNotHaveDuplicates();
    for (ResponseFlag flag : ResponseFlag.values()) {
      assertThat(flag.text()).matches("-|[A-Z]{2,5}");
      assertThat(flag == ResponseFlag.NONE || flag.name().equals(flag.text())).isTrue();
    }
  }

  @Test
  void aDenialNamesItsPolicy() {
    RequestRecord record = recorder.begin();
    record.denied(403, "ns[default]-policy[viewer]-rule[0]");
    assertThat(record.details())
        .isEqualTo("rbac_access_denied_matched_policy[ns[default]-policy[viewer]-rule[0]]");

    record.denied(403, null);
    assertThat(record.details()).isEqualTo("rbac_access_denied_matched_policy[none]");
  }

  @Test
  void aReplyMayBeMorePreciseThanItsFlag() {
    RequestRecord record = recorder.begin();
    record.replied(400, ResponseFlag.DPE, "http_bad_path");
    assertThat(record.details()).isEqualTo("http_bad_path");

    record.replied(503, ResponseFlag.UH);
    assertThat(record.details()).isEqualTo("no_healthy_upstream");
  }

  @Test
  void upstreamTimeIsThereOnlyWhenTheUpstreamAnswered() {
    RequestRecord record = recorder.begin();
    assertThat(record.upstreamNanos()).isEqualTo(-1);
    record.sent(0);
    assertThat(record.upstreamNanos()).isEqualTo(-1);
    record.responded(200, 9);
    assertThat(record.upstreamNanos()).isEqualTo(9);
  }
}
