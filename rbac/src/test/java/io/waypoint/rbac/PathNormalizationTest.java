// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.PathNormalization.BASE;
import static io.waypoint.rbac.PathNormalization.DECODE_AND_MERGE_SLASHES;
import static io.waypoint.rbac.PathNormalization.MERGE_SLASHES;
import static io.waypoint.rbac.PathNormalization.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormalizationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "/|/",
        "/admin|/admin",
        "/app/../admin|/admin",
        "/app/./admin|/app/admin",
        "/app/%2e%2E/admin|/admin",
        "/app/.%2e/admin|/admin",
        "/%61dmin|/admin",
        "/a%2Db%5Fc%7Ed|/a-b_c~d",
        "/a\\b|/a/b",
        "/a\\..\\admin|/admin",
        "/a/..|/",
        "/a/b/..|/a/",
        "/a/.|/a/",
        "/a/./|/a/",
        "/..|/",
        "/../../admin|/admin",
        "/app//admin|/app//admin",
        "/app//../admin|/app/admin",
        "/app//..//..//admin|/app//admin",
        "/...|/...",
        "/a/.../b|/a/.../b",
        "/.a/..b/c..|/.a/..b/c..",
        "/app/..;x/admin|/admin",
        "/app/..;/admin|/admin",
        "/app/.;x=1/admin|/app/admin",
        "/app/%2e%2e;x/admin|/admin",
        "/app/..;|/",
        "/app/...;x/admin|/app/...;x/admin",
        "/app/..%3Bx/admin|/app/..%3Bx/admin",
        "/admin;a=b|/admin;a=b",
        "/a%2f..%2Fb|/a%2f..%2Fb",
        "/%5cadmin|/%5cadmin",
        "/%252e%252e/admin|/%252e%252e/admin",
        "/%c0%afadmin|/%c0%afadmin",
        "/Admin/|/Admin/",
        "/a b\"<>`{}|/a%20b%22%3C%3E%60%7B%7D",
        "/\u00e4|/%E4",
        "/%zz/%1/%|/%zz/%1/%",
        "/a%|/a%",
        "/a?|REFUSED",
        "/%%36%31|REFUSED",
        "/%2%65|REFUSED",
        "/%0a|/%0a",
      })
  void base(String raw, String expected) {
    assertThat(BASE.normalize(raw)).isEqualTo(expected.equals("REFUSED") ? null : expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/app//..//..//admin, /app/admin",
    "//admin, /admin",
    "/a///b////c, /a/b/c",
    "/a/.//b, /a/b",
    "/a%2f%2fb, /a%2f%2fb",
    "/\\admin, /admin",
    "//, /",
  })
  void mergeSlashes(String raw, String expected) {
    assertThat(MERGE_SLASHES.normalize(raw)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/app%2f..%2Fadmin, /admin",
    "/%5cadmin, /admin",
    "/%2Fadmin, /admin",
    "/a%5C..%5cadmin, /admin",
    "/app/..%2F..;x%2Fadmin, /admin",
    "/%252Fadmin, /%252Fadmin",
    "/%255Cadmin, /%255Cadmin",
    "/%c0%afadmin, /%c0%afadmin",
  })
  void decodeAndMergeSlashes(String raw, String expected) {
    assertThat(DECODE_AND_MERGE_SLASHES.normalize(raw)).isEqualTo(expected);
  }

  @Test
  void noneOnlyCutsTheFragment() {
    assertThat(NONE.normalize("/app/../%61 \\//..;x")).isEqualTo("/app/../%61 \\//..;x");
    assertThat(NONE.normalize("/admin#x")).isEqualTo("/admin");
  }

  @ParameterizedTest
  @EnumSource
  void everyModeCutsAtTheFirstHash(PathNormalization mode) {
    assertThat(mode.normalize("/admin#/../x#y")).isEqualTo("/admin");
    assertThat(mode.normalize("/admin%23x")).isEqualTo("/admin%23x");
  }

  @ParameterizedTest
  @EnumSource
  void everyModeRefusesWhatNoPathMayHold(PathNormalization mode) {
    assertThat(mode.normalize("/a%00")).isNull();
    assertThat(mode.normalize("/a%00/../b")).isNull();
    assertThat(mode.normalize("/a\0b")).isNull();
    assertThat(mode.normalize("/a\nb")).isNull();
    assertThat(mode.normalize("/a\u007fb")).isNull();
    assertThat(mode.normalize("/a\u212ab")).isNull();
    assertThat(mode.normalize("")).isNull();
    assertThat(mode.normalize("#/a")).isNull();
    assertThat(mode.normalize("admin")).isNull();
    assertThat(mode.normalize("*")).isNull();
    assertThat(mode.normalize("%2fadmin")).isNull();
    assertThat(mode.normalize("http://host/x")).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void aCanonicalPathIsTheSameObject(PathNormalization mode) {
    String path = "/api/v1/users/7;v=1/~me@x:y,z!$&'()*+=|^[a]";
    assertThat(mode.normalize(path)).isSameAs(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a?b=c", "/a?", "/a?b?c/../%2F", "/a"})
  void aTargetKeepsItsQueryAsItIs(String raw) {
    assertThat(DECODE_AND_MERGE_SLASHES.target(raw)).hasToString(raw);
  }

  @Test
  void theFragmentOfATargetMayHoldAQuestionMark() {
    assertThat(BASE.target("/a#b?c")).isEqualTo(new RequestTarget("/a", null));
    assertThat(BASE.target("/a?b#c?d")).isEqualTo(new RequestTarget("/a", "b"));
    assertThat(BASE.target("/x/../a?../b")).isEqualTo(new RequestTarget("/a", "../b"));
  }

  @Test
  void aTargetIsRefusedForItsPathOrItsQuery() {
    assertThat(BASE.target("/a%00?b")).isNull();
    assertThat(BASE.target("/a?b\0")).isNull();
    assertThat(BASE.target("?b")).isNull();
  }
}
