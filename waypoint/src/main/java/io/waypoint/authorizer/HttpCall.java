// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.http1.Fields;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.FieldSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP (policies.md 4.4): the same method, the path behind a prefix, the fields that are
 * listed. 200 is a yes; from 500 on it is a failure; all else is a no, to be passed on.
 */
final class HttpCall extends Call {
  private static final String PARTIAL = "x-envoy-auth-partial-body";

  /** Whatever is listed: without these a caller could not understand the denial. */
  private static final List<String> OF_EVERY_DENIAL = List.of("location", "www-authenticate");

  private static final Set<String> OF_ANSWERS =
      Set.of(
          "accept-ranges",
          "age",
          "allow",
          "cache-control",
          "date",
          "etag",
          "expires",
          "last-modified",
          "location",
          "retry-after",
          "server",
          "set-cookie",
          "vary",
          "via",
          "www-authenticate");

  private final ExternalAuthorizer authorizer;
  private final Question.Head head;

  HttpCall(Asked asked, ExternalAuthorizer authorizer, Question question) {
    super(asked);
    this.authorizer = authorizer;
    this.head = Objects.requireNonNull(question.head());
  }

  @Override
  void write(UpstreamRequest request, boolean http2) {
    String target = authorizer.shown().pathPrefix() + head.target();
    request.head(head.method(), target, head.authority());
    MultiMap headers = new Fields();
    FieldSet shown = authorizer.shown().headers();
    for (Map.Entry<String, String> field : head.headers()) {
      String name = field.getKey();
      boolean always = name.equalsIgnoreCase("authorization");
      boolean listed = shown.contains(name);
      if (always || listed) {
        String writable = FieldRules.writable(name);
        if (writable != null) {
          headers.add(writable, field.getValue());
        }
      }
    }
    authorizer.shown().additional().forEach((name, value) -> headers.set(name, value));
    headers.remove("host");
    headers.set("content-length", Integer.toString(body().length()));
    if (head.partial()) {
      headers.set(PARTIAL, "true");
    }
    headers.forEach(request::field);
  }

  @Override
  Buffer body() {
    Buffer body = head.body();
    return body == null ? Buffer.buffer() : body;
  }

  @Override
  Opinion read(UpstreamResponse response, Buffer body) {
    int status = response.status();
    if (status == 200) {
      return pass(response.headers());
    }
    if (status >= 500 || status < 200) {
      return new Opinion.Failure("status_" + status);
    }
    List<Field> fields = new ArrayList<>();
    FieldSet listed = authorizer.taken().onDeny();
    for (Map.Entry<String, String> field : response.headers()) {
      String name = FieldRules.writable(field.getKey());
      if (name != null && isTaken(listed, name)) {
        fields.add(FieldRules.checked(name, field.getValue(), Change.APPEND));
      }
    }
    // To a caller any other 2xx would look like a yes.
    int told = status < 300 ? ExternalAuthorizer.STATUS_ON_ERROR : status;
    return new Opinion.Refuse(told, fields, body.toString(StandardCharsets.UTF_8), null);
  }

  /** In a request these would speak of another message: the answer, or its body. */
  private static boolean isOfTheAnswer(String name) {
    return name.startsWith("content-") || OF_ANSWERS.contains(name);
  }

  private static boolean isTaken(@Nullable FieldSet listed, String name) {
    return listed == null
        ? !name.equals("date") && !name.equals("server")
        : listed.contains(name) || OF_EVERY_DENIAL.contains(name);
  }

  private Opinion pass(MultiMap answer) {
    List<Field> upstream = new ArrayList<>();
    FieldSet onAllow = authorizer.taken().onAllow();
    for (Map.Entry<String, String> field : head.headers()) {
      String name = FieldRules.writable(field.getKey());
      boolean forgeable = onAllow != null && onAllow.contains(field.getKey());
      if (name != null && forgeable && !name.equals("authorization")) {
        upstream.add(new Field(name, "", Change.REMOVE));
      }
    }
    List<Field> downstream = new ArrayList<>();
    List<String> replaced = new ArrayList<>();
    for (Map.Entry<String, String> field : answer) {
      String name = FieldRules.writable(field.getKey());
      if (name == null) {
        continue;
      }
      if (onAllow == null ? !isOfTheAnswer(name) : onAllow.contains(name)) {
        boolean first = !replaced.contains(name);
        replaced.add(name);
        upstream.add(
            FieldRules.checked(name, field.getValue(), first ? Change.REPLACE : Change.APPEND));
      }
      if (authorizer.taken().downstreamOnAllow().contains(name)) {
        downstream.add(FieldRules.checked(name, field.getValue(), Change.APPEND));
      }
    }
    return new Opinion.Pass(upstream, downstream, null);
  }
}
