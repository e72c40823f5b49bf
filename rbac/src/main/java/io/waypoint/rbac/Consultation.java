// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which external authorizers must let a request pass before anything else is judged.
 *
 * @param authorizers asked one after the other, in the order of their names; the first that does
 *     not allow ends the request
 * @param refusal what then denies without asking, because a rule names an authorizer that cannot be
 *     asked; null when nothing does
 */
public record Consultation(List<String> authorizers, Verdict.@Nullable Deny refusal) {
  /** No CUSTOM rule matches. */
  public static final Consultation NONE = new Consultation(List.of(), null);

  // Not the compact form: javac leaves the annotation of a nested type out of that one's
  // parameters.
  public Consultation(List<String> authorizers, Verdict.@Nullable Deny refusal) {
    this.authorizers = List.copyOf(authorizers);
    this.refusal = refusal;
  }

  /** Whether nobody is to be asked and nothing refuses. */
  public boolean isEmpty() {
    return authorizers.isEmpty() && refusal == null;
  }
}
