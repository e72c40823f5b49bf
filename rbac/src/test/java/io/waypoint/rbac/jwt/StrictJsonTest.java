// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.rbac.jwt.StrictJson.MalformedJsonException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @Test
  void readsEveryKindOfValue() throws MalformedJsonException {
    assertThat(
            StrictJson.object(
                " { \"a\" : \"x\\u00e4\\n\\\"\" , \"b\":[1,-2,3.5,1e3,true,false,null],"
                    + "\"c\":{\"d\":{}},\"e\":null, \"f\":123456789012345678901234567890 } "))
        .isEqualTo(
            Map.of(
                "a",
                "x\u00e4\n\"",
                "b",
                List.of(1L, -2L, 3.5, 1000.0, true, false),
                "c",
                Map.of("d", Map.of()),
                "f",
                123456789012345678901234567890.0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "null",
        "{",
        "}",
        "{}x",
        "{} {}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":1e999}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"b",
        "{\"a\":\"\u0001\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":null,\"a\":2}",
        "{\"a\":1,\"a\":null}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "\ufeff{}"
      })
  void refusesWhatIsNotStrict(String text) {
    assertThatThrownBy(() -> StrictJson.object(text)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'};
    assertThatThrownBy(() -> StrictJson.object(overlong))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesWhatIsNestedTooDeep() throws MalformedJsonException {
    String fits = "{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}";
    assertThat(StrictJson.object(fits)).containsKey("a");
    String tooDeep = "{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}";
    assertThatThrownBy(() -> StrictJson.object(tooDeep)).hasMessageContaining("deep");
    String veryDeep = "{\"a\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> StrictJson.object(veryDeep)).hasMessageContaining("deep");
  }
}
