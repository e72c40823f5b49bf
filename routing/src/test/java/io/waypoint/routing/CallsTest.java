// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.ValueMatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GRPCRoute: matching and precedence. */
class CallsTest {
  private static final String GRPC = " h:content-type=application/grpc";

  private static String ask(RouteTable table, String call) {
    return Routes.answer(table, "POST /" + call + GRPC);
  }

  @Test
  void exactMethodsAreToldApart() {
    RouteTable table = Routes.table("call:pb.Echo/Echo -> v1", "call:pb.Echo/EchoTwo -> v2");
    assertThat(ask(table, "pb.Echo/Echo")).isEqualTo("v1");
    assertThat(ask(table, "pb.Echo/EchoTwo")).isEqualTo("v2");
    assertThat(ask(table, "pb.Echo/EchoThree")).isEqualTo("404");
    assertThat(ask(table, "pb.Echo/echo")).isEqualTo("404");
    assertThat(ask(table, "pb.Other/Echo")).isEqualTo("404");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version=one | v1
          version=two | v2
          version=two h:color=orange | v1
          version=two h:color=blue | v2
          color=orange | 404
          some-other-header=one | 404
          color=blue | v1
          color=green | v1
          color=red | v2
          color=yellow | v2
          color=purple | 404
          """)
  void headersDecideAmongCalls(String headers, String backend) {
    RouteTable table =
        Routes.table(
            "call:*/* h:version=one -> v1",
            "call:*/* h:version=two -> v2",
            "call:*/* h:version=two h:color=orange -> v1",
            "call:*/* h:color=blue | call:*/* h:color=green -> v1",
            "call:*/* h:color=red | call:*/* h:color=yellow -> v2");
    assertThat(ask(table, "pb.Echo/Echo h:" + headers)).isEqualTo(backend);
  }

  @Test
  void theLongerServiceThenTheLongerMethodThenMoreHeadersWin() {
    RouteTable table =
        Routes.table(
            "call:*/* -> any",
            "call:*/Echo -> method",
            "call~pb.*/* -> pattern",
            "call:pb.Echo/* -> service",
            "call:pb.Echo/Echo -> both",
            "call:pb.Echo/Echo h:a=1 -> header");
    assertThat(ask(table, "pb.Echo/Echo h:a=1")).isEqualTo("header");
    assertThat(ask(table, "pb.Echo/Echo")).isEqualTo("both");
    assertThat(ask(table, "pb.Echo/Two")).isEqualTo("service");
    assertThat(ask(table, "pb.Other/Echo")).isEqualTo("pattern");
    assertThat(ask(table, "other.X/Echo")).isEqualTo("method");
    assertThat(ask(table, "other.X/Two")).isEqualTo("any");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,application/grpc,v1",
    "POST,application/grpc+proto,v1",
    "POST,APPLICATION/grpc,v1",
    "POST,application/grpc-web+proto,v1",
    "POST,application/json,404",
    "GET,application/grpc,404"
  })
  void onlyCallsOfGrpcAreMatched(String method, String type, String backend) {
    RouteTable table = Routes.table("call:*/* -> v1");
    assertThat(Routes.answer(table, method + " /pb.Echo/Echo h:content-type=" + type))
        .isEqualTo(backend);
    assertThat(Routes.answer(table, "POST /pb.Echo/Echo")).isEqualTo("404");
  }

  @Test
  void theReasonIsSaid() {
    RouteTable table = Routes.table("call:pb.Echo/Echo -> v1");
    assertThat(table.explain(Head.of("POST /pb.Echo/Two" + GRPC)).steps().getFirst().toString())
        .isEqualTo(
            "default/echo rule 1, service pb.Echo method Echo, grpc: call: wanted service pb.Echo"
                + " method Echo, got /pb.Echo/Two");
    assertThat(table.explain(Head.of("GET /pb.Echo/Echo")).steps().getFirst().toString())
        .endsWith("method: wanted POST, got GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a-b", "1a", "a..b", "a.", "ü"})
  void aServiceHasTheSyntaxOfTheApi(String service) {
    assertThatThrownBy(() -> new PathMatch.Call(new ValueMatch.Exact(service), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "1a", "a/b"})
  void aMethodHasTheSyntaxOfTheApi(String method) {
    assertThatThrownBy(() -> new PathMatch.Call(null, new ValueMatch.Exact(method)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("method");
  }

  @Test
  void namesOfLimitLengthAndALeadingDotAreAllowed() {
    assertThat(new PathMatch.Call(new ValueMatch.Exact(".a_B9.c"), null).servicePrefix())
        .isEqualTo("/.a_B9.c");
    assertThat(new PathMatch.Call(new ValueMatch.Exact("a".repeat(1024)), null)).isNotNull();
    assertThatThrownBy(() -> new PathMatch.Call(new ValueMatch.Exact("a".repeat(1025)), null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
