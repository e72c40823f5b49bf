// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.waypoint.config.Problem;
import io.waypoint.expectation.Expectations;
import io.waypoint.expectation.ExpectedRequest;
import io.waypoint.expectation.Judgement;
import io.waypoint.rbac.Explanation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The outcome of expectations for programs; the schema is stable and numbered. */
final class AuthzJson {
  private static final int VERSION = 1;

  private final JsonGenerator json;

  private AuthzJson(JsonGenerator json) {
    this.json = json;
  }

  static String of(Expectations expectations, List<Expectations.Outcome> outcomes) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      new AuthzJson(json).write(expectations, outcomes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** The rule that decided, when one did. */
  static Explanation.@Nullable Candidate decider(Judgement judgement) {
    Explanation explanation = judgement.explanation();
    if (explanation == null || judgement.decidedBy() == null) {
      return null;
    }
    return explanation.candidates().stream()
        .filter(candidate -> candidate.matched() && !candidate.dryRun())
        .filter(candidate -> candidate.policyId().equals(judgement.decidedBy()))
        .findFirst()
        .orElse(null);
  }

  private void write(Expectations expectations, List<Expectations.Outcome> outcomes)
      throws IOException {
    List<Expectations.Outcome> mismatches =
        outcomes.stream().filter(outcome -> !outcome.isAsExpected()).toList();
    json.writeStartObject();
    json.writeNumberField("version", VERSION);
    json.writeNumberField("sets", expectations.sets().size());
    json.writeNumberField("requests", outcomes.size());
    json.writeNumberField("asExpected", outcomes.size() - mismatches.size());
    json.writeArrayFieldStart("mismatches");
    for (Expectations.Outcome outcome : mismatches) {
      mismatch(outcome);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("problems");
    for (Problem problem : expectations.problems()) {
      ProblemJson.write(json, problem);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void mismatch(Expectations.Outcome outcome) throws IOException {
    ExpectedRequest request = outcome.request();
    Judgement judgement = outcome.judgement();
    json.writeStartObject();
    json.writeStringField("set", outcome.set().name());
    json.writeStringField("request", request.name());
    json.writeStringField("file", request.position().source().name());
    json.writeNumberField("line", request.position().line());
    json.writeNumberField("column", request.position().column());
    json.writeArrayFieldStart("differences");
    for (String difference : outcome.differences()) {
      json.writeString(difference);
    }
    json.writeEndArray();
    json.writeStringField("outcome", judgement.allowed() ? "allow" : "deny");
    json.writeStringField("why", judgement.why());
    optional("policy", judgement.decidedBy());
    Explanation.Candidate by = decider(judgement);
    optional("policyPosition", by == null ? null : by.origin().position());
    if (judgement.status() != 0) {
      json.writeNumberField("status", judgement.status());
    }
    if (judgement.grpcStatus() >= 0) {
      json.writeNumberField("grpcStatus", judgement.grpcStatus());
    }
    optional("forwardedPath", judgement.forwarded());
    Explanation.Candidate closest =
        judgement.explanation() == null ? null : judgement.explanation().closest();
    optional("closest", closest == null ? null : closest.policyId());
    json.writeArrayFieldStart("considered");
    if (judgement.explanation() != null) {
      for (Explanation.Candidate candidate : judgement.explanation().candidates()) {
        candidate(candidate);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void candidate(Explanation.Candidate candidate) throws IOException {
    json.writeStartObject();
    json.writeStringField("policy", candidate.policyId());
    json.writeStringField("action", candidate.action().name());
    json.writeBooleanField("dryRun", candidate.dryRun());
    json.writeStringField("position", candidate.origin().position());
    json.writeBooleanField("matched", candidate.matched());
    optional("failure", candidate.failure());
    json.writeArrayFieldStart("missing");
    for (String missing : candidate.missing()) {
      json.writeString(missing);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void optional(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
