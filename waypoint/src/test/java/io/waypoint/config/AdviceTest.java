// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          parentRef   | parentRefs,hostnames,rules        | did you mean "parentRefs"?
          hosts       | parentRefs,hostnames,rules        | did you mean "hostnames"?
          http        | parentRefs,hostnames,rules        | did you mean "rules"?
          backendRef  | matches,filters,backendRefs       | did you mean "backendRefs"?
          route       | matches,filters,backendRefs       | did you mean "backendRefs"?
          wieght      | name,port,weight                  | did you mean "weight"?
          serviceName | name,port,weight                  | did you mean "name"?
          paths       | operation                         | did you mean "operation: {paths: …}"?
          principals  | from,to,when                      | did you mean "from: [{source: {principals: …}}]"?
          notPrincipal| principals,notPrincipals          | did you mean "notPrincipals"?
          zebra       | from,to,when                      | known here: from, to, when
          """)
  void saysWhatWasMeant(String typed, String known, String hint) {
    assertThat(Advice.hint(typed, Arrays.asList(known.split(",")))).isEqualTo(hint);
  }

  @Test
  void saysNothingWhereNothingIsKnown() {
    assertThat(Advice.hint("x", List.of())).isNull();
  }

  @ParameterizedTest
  @CsvSource({"abc,abc,0", "abc,acb,1", "abc,ab,1", "abc,abcd,1", "kitten,sitting,3", "'',ab,2"})
  void countsSlips(String a, String b, int distance) {
    assertThat(Spelling.distance(a, b)).isEqualTo(distance);
    assertThat(Spelling.distance(b, a)).isEqualTo(distance);
  }
}
