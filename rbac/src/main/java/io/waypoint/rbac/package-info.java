// SPDX-License-Identifier: Apache-2.0

/**
 * Who may do what: compiled authorization policies.
 *
 * <pre>
 *   AuthorizationPolicy ──Attachment.covers──► those of one destination
 *          │ RuleCompiler, RuleBuilder
 *          ▼
 *   CompiledRule, one for HTTP and one for TCP: from, to, when; each a list of Terms
 *          │ RuleGroup (in the order of ids), RuleIndex (which of them are worth a look)
 *          ▼
 *   Ruleset: CUSTOM, DENY, ALLOW ──PolicySet.check(RequestFacts)──► Verdict
 *                                ──PolicySet.explain(RequestFacts)──► Explanation
 * </pre>
 *
 * <p>{@link io.waypoint.rbac.PathNormalization} comes first: policy judges the path that is
 * forwarded.
 */
@NullMarked
package io.waypoint.rbac;

import org.jspecify.annotations.NullMarked;
