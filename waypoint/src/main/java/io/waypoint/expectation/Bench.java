// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.expectation.ExpectedRequest.Answer;
import io.waypoint.proxy.StatedHead;
import io.waypoint.rbac.Consultation;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges requests by the policies of one set, in the order of the request path: the head is made
 * canonical or refused, external authorizers are asked, then policy decides.
 */
final class Bench {
  private static final int DENIED = 403;

  private final Surroundings surroundings;
  private final PolicySet policies;

  Bench(ExpectedSet set) {
    this.surroundings = set.surroundings();
    this.policies =
        PolicySet.compile(
            set.policies().stream().filter(surroundings.attachment()::covers).toList(),
            surroundings.trust(),
            surroundings.authorizers());
  }

  Judgement judge(ExpectedRequest request) {
    if (!request.isHttp()) {
      return judge(request, facts(request, null, request.claims()), null);
    }
    StatedHead head =
        StatedHead.read(
            request.method(), request.host(), request.path(), surroundings.normalization());
    if (head.refusal() != null) {
      return denied(request, head.refusal().status(), null, head.refusal().message(), null, null);
    }
    return judge(request, facts(request, head, request.claims()), head);
  }

  private Judgement judge(ExpectedRequest request, StatedFacts facts, @Nullable StatedHead head) {
    // Authorizers are asked before a token is verified: their rules do not see its claims.
    Consultation asked = policies.consult(facts(request, head, null));
    for (String name : asked.authorizers()) {
      Answer answer = request.answers().getOrDefault(name, Answer.ERROR);
      Surroundings.Provider provider = surroundings.providers().get(name);
      boolean passes =
          answer == Answer.ALLOW
              || answer == Answer.ERROR && provider != null && provider.failOpen();
      if (!passes) {
        boolean failed = answer == Answer.ERROR;
        return denied(
            request,
            failed && provider != null ? provider.statusOnError() : DENIED,
            "ext_authz:" + name,
            "the authorizer " + name + (failed ? " failed" : " denies"),
            facts,
            head);
      }
    }
    Verdict verdict = asked.refusal() != null ? asked.refusal() : policies.checkConsulted(facts);
    if (verdict instanceof Verdict.Deny(String id, Verdict.Reason reason)) {
      return denied(request, DENIED, id, words(reason), facts, head);
    }
    return new Judgement(
        true,
        0,
        -1,
        verdict.policyId(),
        verdict.policyId() == null ? "no ALLOW policy is attached" : "an ALLOW rule matches",
        forwarded(head),
        policies.shadow(facts),
        policies.explain(facts));
  }

  private Judgement denied(
      ExpectedRequest request,
      int status,
      @Nullable String by,
      String why,
      @Nullable StatedFacts facts,
      @Nullable StatedHead head) {
    boolean grpc = isGrpc(request);
    return new Judgement(
        false,
        !request.isHttp() ? 0 : grpc ? 200 : status,
        grpc ? StatedHead.grpcStatus(status) : -1,
        by,
        why,
        forwarded(head),
        facts == null ? null : policies.shadow(facts),
        facts == null ? null : policies.explain(facts));
  }

  private static boolean isGrpc(ExpectedRequest request) {
    return request.protocol() == ExpectedRequest.Protocol.GRPC;
  }

  private static @Nullable String forwarded(@Nullable StatedHead head) {
    return head == null || head.target() == null ? null : head.target().toString();
  }

  private static String words(Verdict.Reason reason) {
    return switch (reason) {
      case DENY_MATCHED -> "a DENY rule matches";
      case NO_ALLOW_MATCHED -> "ALLOW policies are attached and none matches";
      case AUTHORIZER_UNAVAILABLE -> "a CUSTOM rule matches whose authorizer cannot be asked";
      case EVALUATION_FAILED -> "the evaluation failed";
    };
  }

  private static StatedFacts facts(
      ExpectedRequest request, @Nullable StatedHead head, @Nullable Map<String, Object> claims) {
    ExpectedRequest.Peer peer = request.peer();
    boolean http = request.isHttp();
    return new StatedFacts(
        http,
        peer.principal(),
        peer.sourceIp(),
        peer.remoteIp(),
        peer.destinationIp(),
        peer.destinationPort(),
        request.sni(),
        head == null ? null : head.authority(),
        http ? request.method() : null,
        head == null || head.target() == null ? null : head.target().path(),
        forwarded(head),
        http ? request.headers() : Map.<String, List<String>>of(),
        http ? claims : null);
  }
}
