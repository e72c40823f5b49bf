// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The request tables of Gateway API's conformance tests, as far as routing answers them. */
class ConformanceCasesTest {
  @Test
  void matching() {
    RouteTable table =
        Routes.table("prefix:/ | h:version=one -> v1", "prefix:/v2 | h:version=two -> v2");
    expect(table, "/", "v1");
    expect(table, "/example", "v1");
    expect(table, "/ h:version=one", "v1");
    expect(table, "/v2", "v2");
    expect(table, "/v2/example", "v2");
    expect(table, "/v2/", "v2");
    expect(table, "/ h:version=two", "v2");
    expect(table, "/v2example", "v1");
    expect(table, "/foo/v2/example", "v1");
  }

  @Test
  void exactPathMatching() {
    RouteTable table = Routes.table("exact:/one -> v1", "exact:/two -> v2");
    expect(table, "/one", "v1");
    expect(table, "/two", "v2");
    for (String path : new String[] {"/", "/one/example", "/two/", "/Two"}) {
      expect(table, path, "404");
    }
  }

  @Test
  void pathMatchOrder() {
    RouteTable table =
        Routes.table(
            "prefix:/match/prefix/one -> v2",
            "prefix:/match/prefix/ -> v1",
            "prefix:/match/ -> v3",
            "exact:/match/exact/one -> v3",
            "exact:/match/exact -> v2",
            "exact:/match -> v1");
    expect(table, "/match/exact/one", "v3");
    expect(table, "/match/exact", "v2");
    expect(table, "/match", "v1");
    expect(table, "/match/prefix/one/any", "v2");
    expect(table, "/match/prefix/any", "v1");
    expect(table, "/match/any", "v3");
  }

  @Test
  void headerMatching() {
    RouteTable table =
        Routes.table(
            "h:version=one -> v1",
            "h:version=two -> v2",
            "h:version=two h:color=orange -> v1",
            "h:color=blue | h:color=green -> v1",
            "h:color=red | h:color=yellow -> v2");
    expect(table, "/ h:version=one", "v1");
    expect(table, "/ h:version=two", "v2");
    expect(table, "/ h:version=two h:color=orange", "v1");
    expect(table, "/ h:version=two h:color=blue", "v2");
    expect(table, "/ h:color=orange", "404");
    expect(table, "/ h:Some-Other-Header=one", "404");
    expect(table, "/ h:color=blue", "v1");
    expect(table, "/ h:color=green", "v1");
    expect(table, "/ h:color=red", "v2");
    expect(table, "/ h:color=yellow", "v2");
    expect(table, "/ h:color=purple", "404");
  }

  @Test
  void queryParamMatching() {
    RouteTable table =
        Routes.table(
            "q:animal=whale -> v1",
            "q:animal=dolphin -> v2",
            "prefix:/path1 q:animal=whale -> v1",
            "h:version=one q:animal=whale -> v2",
            "prefix:/path3 q:animal=shark | prefix:/path4 h:version=three q:animal=kraken -> v1",
            "prefix:/path5 -> v1",
            "q:animal=hydra -> v2",
            "q:animal=dolphin q:color=blue | q:ANIMAL=Whale -> v3",
            "prefix:/path2 h:version=two q:animal=whale -> v3",
            "h:version=four -> v3");
    expect(table, "/?animal=whale", "v1");
    expect(table, "/?animal=dolphin", "v2");
    expect(table, "/?animal=whale&otherparam=irrelevant", "v1");
    expect(table, "/?animal=dolphin&color=yellow", "v2");
    expect(table, "/?color=blue", "404");
    expect(table, "/?animal=dog", "404");
    expect(table, "/?animal=whaledolphin", "404");
    expect(table, "/", "404");
    expect(table, "/path1?animal=whale", "v1");
    expect(table, "/?animal=whale h:version=one", "v2");
    expect(table, "/path3?animal=shark", "v1");
    expect(table, "/path4?animal=kraken h:version=three", "v1");
    expect(table, "/?animal=shark", "404");
    expect(table, "/path4?animal=kraken", "404");
    expect(table, "/path5?animal=hydra", "v1");
    expect(table, "/?animal=dolphin&color=blue", "v3");
    expect(table, "/?ANIMAL=Whale", "v3");
    expect(table, "/path2?animal=whale h:version=two", "v3");
    expect(table, "/?animal=hydra h:version=four", "v3");
  }

  @Test
  void methodMatching() {
    RouteTable table =
        Routes.table(
            "POST -> v1",
            "GET -> v2",
            "prefix:/path1 GET -> v1",
            "PUT h:version=one -> v2",
            "prefix:/path2 POST h:version=two -> v3",
            "prefix:/path3 PATCH | prefix:/path4 DELETE h:version=three -> v1",
            "prefix:/path5 -> v1",
            "PATCH -> v2",
            "h:version=four -> v3");
    expect(table, "POST /", "v1");
    expect(table, "GET /", "v2");
    expect(table, "HEAD /", "404");
    expect(table, "GET /path1", "v1");
    expect(table, "PUT / h:version=one", "v2");
    expect(table, "POST /path2 h:version=two", "v3");
    expect(table, "PATCH /path3", "v1");
    expect(table, "DELETE /path4 h:version=three", "v1");
    expect(table, "PUT /", "404");
    expect(table, "DELETE /path4", "404");
    expect(table, "PATCH /path5", "v1");
    expect(table, "PATCH / h:version=four", "v2");
  }

  @Test
  void noBackendRefs() {
    RouteTable table = Routes.table("exact:/omitted-no-forward", "prefix:/ -> v1");
    expect(table, "/omitted-no-forward", "500");
    expect(table, "/forward", "v1");
  }

  private static void expect(RouteTable table, String request, String answer) {
    assertThat(Routes.answer(table, request)).as(request).isEqualTo(answer);
  }
}
