// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.waypoint.explain.Answer.Outcome;
import io.waypoint.explain.Answer.RoutePart;
import io.waypoint.explain.Answer.Sends;
import io.waypoint.explain.Answer.Share;
import io.waypoint.rbac.Explanation.Candidate;
import io.waypoint.routing.Explanation;
import io.waypoint.routing.Explanation.Step;
import io.waypoint.world.Destination;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An answer for programs; the schema is stable, numbered, and written down in the reference. */
public final class AnswerJson {
  private static final int VERSION = 1;

  private final JsonGenerator json;

  private AnswerJson(JsonGenerator json) {
    this.json = json;
  }

  public static String of(Answer answer) {
    var text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      new AnswerJson(json).write(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write(Answer answer) throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", VERSION);
    Question question = answer.question();
    json.writeObjectFieldStart("request");
    json.writeStringField("method", question.method());
    json.writeStringField(
        "url",
        "http://"
            + question.host()
            + (question.port() == 0 ? "" : ":" + question.port())
            + question.target());
    json.writeStringField("caller", question.caller().uri());
    json.writeStringField("path", answer.path());
    fields("headers", question.headers());
    json.writeEndObject();
    destination(answer.destination());
    policies(answer.policies());
    routes(answer.routes());
    json.writeArrayFieldStart("backends");
    for (Share share : answer.shares()) {
      share(share);
    }
    json.writeEndArray();
    outcome(answer.outcome());
    json.writeEndObject();
  }

  private void destination(@Nullable Destination destination) throws IOException {
    if (destination == null) {
      json.writeNullField("destination");
      return;
    }
    json.writeObjectFieldStart("destination");
    json.writeStringField("kind", destination.workload() ? "Workload" : "Service");
    json.writeStringField("namespace", destination.namespace());
    json.writeStringField("name", destination.service());
    json.writeNumberField("port", destination.port());
    json.writeStringField("protocol", destination.protocol().name());
    json.writeEndObject();
  }

  private void policies(@Nullable PolicyPart policies) throws IOException {
    if (policies == null) {
      json.writeNullField("policies");
      return;
    }
    json.writeObjectFieldStart("policies");
    json.writeBooleanField("allowed", policies.allows());
    json.writeStringField("by", policies.explanation().verdict().policyId());
    Candidate closest = policies.explanation().closest();
    json.writeStringField("closest", closest == null ? null : closest.policyId());
    json.writeArrayFieldStart("considered");
    for (Candidate candidate : policies.explanation().candidates()) {
      json.writeStartObject();
      json.writeStringField("action", candidate.action().name());
      json.writeStringField("rule", candidate.policyId());
      json.writeBooleanField("dryRun", candidate.dryRun());
      json.writeStringField("position", candidate.origin().position());
      json.writeBooleanField("matched", candidate.matched());
      json.writeStringField("reason", candidate.failure());
      json.writeArrayFieldStart("missing");
      for (String missing : candidate.missing()) {
        json.writeString(missing);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void routes(@Nullable RoutePart routes) throws IOException {
    if (routes == null) {
      json.writeNullField("routes");
      return;
    }
    json.writeObjectFieldStart("routes");
    json.writeStringField("consumers", routes.consumers());
    json.writeStringField("rule", routes.rule() == null ? null : routes.rule().label());
    Explanation explanation = routes.explanation();
    json.writeArrayFieldStart("considered");
    for (Step step : explanation == null ? List.<Step>of() : explanation.steps()) {
      step(step);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void step(Step step) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", step.origin().kind());
    json.writeStringField("route", step.origin().key());
    json.writeStringField("position", step.origin().position());
    json.writeNumberField("rule", step.rule());
    json.writeNumberField("match", step.matchIndex());
    json.writeStringField("wants", step.wants());
    switch (step.outcome()) {
      case Explanation.Outcome.Chosen() -> json.writeStringField("outcome", "chosen");
      case Explanation.Outcome.Outranked(String reason) -> {
        json.writeStringField("outcome", "outranked");
        json.writeStringField("reason", reason);
      }
      case Explanation.Outcome.Rejected(String reason) -> {
        json.writeStringField("outcome", "rejected");
        json.writeStringField("reason", reason);
      }
    }
    json.writeEndObject();
  }

  private void share(Share share) throws IOException {
    json.writeStartObject();
    json.writeNumberField("percent", share.percent());
    json.writeStringField("backend", share.backend());
    json.writeNumberField("ready", share.ready());
    json.writeNumberField("endpoints", share.endpoints());
    texts("filters", share.filters());
    Sends sends = share.sends();
    if (sends == null) {
      json.writeNullField("sends");
    } else {
      json.writeObjectFieldStart("sends");
      json.writeStringField("method", sends.method());
      json.writeStringField("target", sends.target());
      json.writeStringField("host", sends.host());
      fields("changed", sends.changed());
      fields("answer", sends.answer());
      texts("to", sends.to());
      texts("mirrors", sends.mirrors());
      json.writeEndObject();
    }
    outcome(share.outcome());
    json.writeEndObject();
  }

  private void outcome(Outcome outcome) throws IOException {
    json.writeObjectFieldStart("outcome");
    json.writeStringField("kind", outcome.isForwarded() ? "forwarded" : "answered");
    if (!outcome.isForwarded()) {
      json.writeNumberField("status", outcome.status());
    }
    json.writeStringField("reason", outcome.reason());
    json.writeEndObject();
  }

  private void fields(String name, List<Question.Field> fields) throws IOException {
    json.writeArrayFieldStart(name);
    for (Question.Field field : fields) {
      json.writeStartObject();
      json.writeStringField("name", field.name().toLowerCase(Locale.ROOT));
      json.writeStringField("value", field.value());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void texts(String name, List<String> texts) throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
