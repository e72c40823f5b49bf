// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Share;
import io.waypoint.routing.model.ValueMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultTableTest {
  private static final Origin ORIGIN = new Origin("VirtualService", "default", "cart", null);
  private static final Fault FAULT = new Fault(null, new Fault.Abort(503, -1, Share.ALL));

  private static FaultRule rule(int number, @Nullable String user, @Nullable Fault fault) {
    List<HeaderMatch> headers =
        user == null ? List.of() : List.of(new HeaderMatch("User", new ValueMatch.Exact(user)));
    var match = new FaultRule.Condition(null, null, null, headers, List.of(), List.of(), null);
    return new FaultRule(ORIGIN, number, List.of(match), fault);
  }

  private static @Nullable FaultRule of(FaultTable table, String user) {
    return table.of(Head.of("/ h:user=" + user), "cart", "default");
  }

  @Test
  void theFirstRuleThatMatchesCounts() {
    FaultRule jane = rule(1, "jane", null);
    FaultRule all = rule(2, null, FAULT);
    FaultTable table = FaultTable.compile(List.of(jane, all));
    assertThat(of(table, "jane")).isNull();
    assertThat(of(table, "jim")).isSameAs(all);
  }

  @Test
  void withoutAFaultThereIsNothingToAsk() {
    assertThat(FaultTable.compile(List.of(rule(1, null, null)))).isSameAs(FaultTable.NONE);
    assertThat(of(FaultTable.NONE, "jane")).isNull();
  }

  @Test
  void theSameRulesAreTheSameTable() {
    assertThat(FaultTable.compile(List.of(rule(1, "a", FAULT))))
        .isEqualTo(FaultTable.compile(List.of(rule(1, "a", FAULT))))
        .isNotEqualTo(FaultTable.compile(List.of(rule(1, "b", FAULT))));
  }
}
