// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.wire.extauthz.CheckResponse;
import io.waypoint.wire.extauthz.DeniedHttpResponse;
import io.waypoint.wire.extauthz.HeaderOption;
import io.waypoint.wire.extauthz.OkHttpResponse;
import io.waypoint.world.ExternalAuthorizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks over gRPC (policies.md 4.5): one message each way, on a stream of a connection like those to
 * endpoints. A message is framed by five bytes: whether it is compressed, and its length.
 */
final class GrpcCall extends Call {
  private static final String METHOD = "/envoy.service.auth.v3.Authorization/Check";
  private static final int FRAME = 5;
  private static final int DENIED = 403;

  private final Buffer message;

  GrpcCall(Asked asked, ExternalAuthorizer authorizer, Question question) {
    super(asked, authorizer, question);
    boolean asBytes = authorizer.shown().body() != null && authorizer.shown().body().asBytes();
    byte[] bytes = CheckMessage.of(question, authorizer.shown().headers(), asBytes).toByteArray();
    this.message = Buffer.buffer(FRAME + bytes.length).appendByte((byte) 0);
    message.appendInt(bytes.length).appendBytes(bytes);
  }

  @Override
  void write(HttpClientRequest request, boolean http2) {
    request.setMethod(HttpMethod.POST).setURI(METHOD);
    request.authority(HostAndPort.create(authorizer.service(), authorizer.port()));
    MultiMap headers = request.headers();
    headers.set("content-type", "application/grpc").set("te", "trailers");
    headers.set("grpc-timeout", timeout(authorizer.timeout()));
    headers.set("content-length", Integer.toString(message.length()));
  }

  /** At most eight digits. */
  private static String timeout(Duration timeout) {
    long millis = timeout.toMillis();
    return millis < 100_000_000 ? millis + "m" : millis / 1000 + "S";
  }

  @Override
  Buffer body() {
    return message;
  }

  @Override
  Opinion read(HttpClientResponse response, Buffer body) {
    String status = response.getTrailer("grpc-status");
    if (status == null) {
      status = response.getHeader("grpc-status");
    }
    if (response.statusCode() != 200 || !"0".equals(status)) {
      return new Opinion.Failure("grpc_status_" + (isNumber(status) ? status : "unknown"));
    }
    if (body.length() < FRAME || body.getByte(0) != 0 || body.getInt(1) != body.length() - FRAME) {
      return new Opinion.Failure("unreadable");
    }
    try {
      return opinion(CheckResponse.parseFrom(body.getBytes(FRAME, body.length())));
    } catch (InvalidProtocolBufferException e) {
      return new Opinion.Failure("unreadable");
    }
  }

  private static boolean isNumber(@Nullable String status) {
    return status != null && status.length() <= 2 && status.chars().allMatch(Character::isDigit);
  }

  private static Opinion opinion(CheckResponse response) {
    String metadata = metadata(response);
    boolean ok = response.getStatus().getCode() == 0;
    if (!ok || response.hasDeniedResponse()) {
      DeniedHttpResponse denied = response.getDeniedResponse();
      int status = denied.getStatus().getCode();
      return new Opinion.Refuse(
          status < 200 || status > 599 ? DENIED : status,
          fields(denied.getHeadersList(), Change.REPLACE),
          denied.getBody(),
          metadata);
    }
    OkHttpResponse allowed = response.getOkResponse();
    List<Field> upstream = new ArrayList<>();
    for (String removed : allowed.getHeadersToRemoveList()) {
      String name = FieldRules.writable(removed);
      if (name != null) {
        upstream.add(HttpCall.checked(name, "", Change.REMOVE));
      }
    }
    upstream.addAll(fields(allowed.getHeadersList(), Change.REPLACE));
    return new Opinion.Pass(
        upstream, fields(allowed.getResponseHeadersToAddList(), Change.APPEND), metadata);
  }

  private static @Nullable String metadata(CheckResponse response) {
    if (response.hasDynamicMetadata()) {
      return MetadataText.of(response.getDynamicMetadata());
    }
    OkHttpResponse allowed = response.getOkResponse();
    return allowed.hasDynamicMetadata() ? MetadataText.of(allowed.getDynamicMetadata()) : null;
  }

  /**
   * @param otherwise what an option means that says nothing
   */
  private static List<Field> fields(List<HeaderOption> options, Change otherwise) {
    List<Field> fields = new ArrayList<>();
    for (HeaderOption option : options) {
      String name = FieldRules.writable(option.getHeader().getKey());
      if (name != null) {
        ByteString raw = option.getHeader().getRawValue();
        byte[] value =
            raw.isEmpty()
                ? option.getHeader().getValue().getBytes(StandardCharsets.UTF_8)
                : raw.toByteArray();
        fields.add(
            HttpCall.checked(
                name, new String(value, StandardCharsets.ISO_8859_1), change(option, otherwise)));
      }
    }
    return fields;
  }

  private static Change change(HeaderOption option, Change otherwise) {
    if (option.hasAppend()) {
      return option.getAppend().getValue() ? Change.APPEND : Change.REPLACE;
    }
    return switch (option.getAppendAction()) {
      case 1 -> Change.ADD_IF_ABSENT;
      case 2 -> Change.REPLACE;
      case 3 -> Change.REPLACE_IF_PRESENT;
      default -> otherwise;
    };
  }
}
