// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an authorizer says. */
public sealed interface Opinion {
  /**
   * A header field; the name is in lower case.
   *
   * @param change how it goes together with those that are there
   */
  record Field(String name, String value, Change change) {}

  /** How a field goes together with those of its name. */
  enum Change {
    APPEND,
    ADD_IF_ABSENT,
    REPLACE,
    REPLACE_IF_PRESENT,
    /** The value means nothing. */
    REMOVE
  }

  /**
   * The request may pass.
   *
   * @param upstream changes of its fields
   * @param downstream fields of the final answer
   * @param metadata for the access log, as JSON
   */
  record Pass(List<Field> upstream, List<Field> downstream, @Nullable String metadata)
      implements Opinion {
    public Pass {
      upstream = List.copyOf(upstream);
      downstream = List.copyOf(downstream);
    }
  }

  /**
   * The request may not pass.
   *
   * @param body text of the answer
   */
  record Refuse(int status, List<Field> fields, String body, @Nullable String metadata)
      implements Opinion {
    public Refuse {
      fields = List.copyOf(fields);
    }
  }

  /**
   * There is no opinion.
   *
   * @param reason a word for the log
   */
  record Failure(String reason) implements Opinion {}
}
