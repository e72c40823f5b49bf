// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** What an authorizer has to say for the log, as JSON. */
final class MetadataText {
  private static final JsonFactory JSON = new JsonFactory();

  private MetadataText() {}

  static String of(Struct struct) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, struct);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Struct struct) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, Value> field : new TreeMap<>(struct.getFieldsMap()).entrySet()) {
      json.writeFieldName(field.getKey());
      write(json, field.getValue());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Value value) throws IOException {
    switch (value.getKindCase()) {
      case STRING_VALUE -> json.writeString(value.getStringValue());
      case NUMBER_VALUE -> json.writeNumber(value.getNumberValue());
      case BOOL_VALUE -> json.writeBoolean(value.getBoolValue());
      case STRUCT_VALUE -> write(json, value.getStructValue());
      case LIST_VALUE -> {
        json.writeStartArray();
        for (Value item : value.getListValue().getValuesList()) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case NULL_VALUE, KIND_NOT_SET -> json.writeNull();
    }
  }
}
