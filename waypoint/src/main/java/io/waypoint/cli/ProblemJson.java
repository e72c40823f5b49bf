// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.waypoint.config.Problem;
import io.waypoint.discovery.file.Validation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Problems for programs; the schema is stable and numbered. */
final class ProblemJson {
  private static final int VERSION = 1;

  private ProblemJson() {}

  static String of(Validation validation) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      json.writeNumberField("files", validation.files());
      json.writeBooleanField("refused", validation.isRefused());
      json.writeArrayFieldStart("problems");
      for (Problem problem : validation.problems()) {
        write(json, problem);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  static void write(JsonGenerator json, Problem problem) throws IOException {
    json.writeStartObject();
    json.writeStringField("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    json.writeStringField("code", problem.code().id());
    json.writeStringField("file", problem.position().source().name());
    json.writeNumberField("line", problem.position().line());
    json.writeNumberField("column", problem.position().column());
    json.writeStringField("path", problem.path());
    json.writeStringField("message", problem.message());
    if (problem.hint() != null) {
      json.writeStringField("hint", problem.hint());
    }
    json.writeEndObject();
  }
}
