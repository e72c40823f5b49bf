// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One match against one request; the traps of the specification among them. */
class MatchingTest {
  @ParameterizedTest
  @CsvSource({
    "prefix:/, /, yes",
    "prefix:/, /any/path, yes",
    "prefix:/abc, /abc, yes",
    "prefix:/abc, /abc/, yes",
    "prefix:/abc, /abc/def, yes",
    "prefix:/abc, /abcd, no",
    "prefix:/abc, /ABC, no",
    "prefix:/abc, //abc, no",
    "prefix:/abc, /abc//def, yes",
    "prefix:/abc/, /abc, yes",
    "prefix:/abc/, /abc/def, yes",
    "prefix:/abc/, /abcd, no",
    "prefix:/abc/def, /abc, no",
    "prefix:/a%20b, /a%20b/c, yes",
    "exact:/two, /two, yes",
    "exact:/two, /two?q=1, yes",
    "exact:/two, /two/, no",
    "exact:/two, /Two, no",
    "exact:/two/, /two, no",
    "exact:/, /, yes",
    "exact:/, /a, no",
  })
  void paths(String match, String request, String expected) {
    expect(match, request, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "regex:/v[0-9]+/items, /v12/items, yes",
    "regex:/v[0-9]+/items, /v12/items/7, no",
    "regex:/v[0-9]+/items, /x/v12/items, no",
    "regex:/a.*, /abc/def, yes",
    "regex:/a.*, /b, no",
    "regex:/a|/b, /b, yes",
    "regex:/a|/b, /bc, no",
    "regex:(?i)/abc, /ABC, yes",
    "regex:.*[.]png, /img/x.png, yes",
    "regex:.*[.]png, /img/x.png/y, no",
    "regex:(a+)+b, /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, no",
  })
  void patterns(String match, String request, String expected) {
    expect(match, request, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "h:Version=two, / h:version=two, yes",
    "h:version=two, / h:VERSION=two, yes",
    "h:version=two, / h:version=Two, no",
    "h:version=two, / h:version=twofold, no",
    "h:version=two, /, no",
    "'h:version=one,two', / h:version=one h:version=two, yes",
    "h:version=one, / h:version=one h:version=two, no",
    "h:version=one h:Version=two, / h:version=one, yes",
    "h:version=one h:Version=two, / h:version=two, no",
    "h~version=v[0-9], / h:version=v7, yes",
    "h~version=v[0-9], / h:version=v77, no",
    "h~version=.*, / h:version=, yes",
    "h~version=.*, /, no",
    "h~version=.+, / h:version=, no",
  })
  void headers(String match, String request, String expected) {
    expect(match, request, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "q:animal=whale, /?animal=whale, yes",
    "q:animal=whale, /?color=blue&animal=whale&x, yes",
    "q:animal=whale, /?ANIMAL=whale, no",
    "q:animal=whale, /?animal=whaledolphin, no",
    "q:animal=whale, /?animal=wha, no",
    "q:animal=whale, /?xanimal=whale, no",
    "q:animal=whale, /?animal, no",
    "q:animal=whale, /?, no",
    "q:animal=whale, /, no",
    "q:animal=whale, /?animal=whale&animal=dog, yes",
    "q:animal=whale, /?animal=dog&animal=whale, no",
    "q:animal=whale q:animal=dog, /?animal=whale, yes",
    "q:animal=whale q:animal=dog, /?animal=dog, no",
    "q:animal=whale, /?%61nimal=wh%61le, yes",
    "q:animal=whale, /?&&animal=whale, yes",
    "q:a=b+c, /?a=b%2Bc, yes",
    "q:a=b+c, /?a=b+c, no",
    "q:a=b%20c, /?a=b%2520c, yes",
    "q:a=b%20c, /?a=b%20c, no",
    "q:a=b=c, /?a=b=c, yes",
    "q:a=b&c, /?a=b%26c, yes",
    "q:a=b&c, /?a=b&c, no",
    "q:a=100%, /?a=100%, yes",
    "q:a=%zz, /?a=%zz, yes",
    "q:a=%4, /?a=%4, yes",
    "q:a=é, /?a=%C3%A9, yes",
    "q:a=é, /?a=%C3%A8, no",
    "q:a=é, /?a=%C3, no",
    "q~a=.*, /?a, yes",
    "q~a=.+, /?a=, no",
    "q~a=b[0-9]*, /?a=b12&c=d, yes",
    "q~a=b[0-9]*, /?a=%62%31, yes",
    "q~a=x.*, /?a=x%0A, no",
    "q~a=x\\sy, /?a=x+y, yes",
    "q~a=x.y, /?a=x%C3%A9y, yes",
  })
  void query(String match, String request, String expected) {
    expect(match, request, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, GET /, yes",
    "GET, get /, no",
    "GET, HEAD /, no",
    "GET prefix:/a h:b=1 q:c=2, GET /a?c=2 h:b=1, yes",
    "GET prefix:/a h:b=1 q:c=2, POST /a?c=2 h:b=1, no",
    "GET prefix:/a h:b=1 q:c=2, GET /b?c=2 h:b=1, no",
    "GET prefix:/a h:b=1 q:c=2, GET /a?c=2 h:b=2, no",
    "GET prefix:/a h:b=1 q:c=2, GET /a?c=3 h:b=1, no",
  })
  void methodAndAllTogether(String match, String request, String expected) {
    expect(match, request, expected);
  }

  private static void expect(String match, String request, String expected) {
    assertThat(Routes.answer(Routes.table(match + " -> v1"), request))
        .isEqualTo(expected.equals("yes") ? "v1" : "404");
  }
}
