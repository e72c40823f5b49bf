// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A JSON document in chunks; each chunk is written when it is asked for. */
final class JsonChunks implements Supplier<@Nullable Buffer> {
  /** A part of the document that is never divided. */
  interface Step {
    void write(JsonGenerator json) throws IOException;
  }

  private static final int CHUNK = 32 * 1024;
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Iterator<Step> steps;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final JsonGenerator json;

  JsonChunks(List<Step> steps) {
    this.steps = steps.iterator();
    try {
      this.json = FACTORY.createGenerator(bytes).useDefaultPrettyPrinter();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public @Nullable Buffer get() {
    bytes.reset();
    try {
      while (steps.hasNext() && bytes.size() < CHUNK) {
        steps.next().write(json);
        json.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written to", e);
    }
    return bytes.size() == 0 ? null : Buffer.buffer(bytes.toByteArray());
  }
}
