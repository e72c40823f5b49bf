// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.wire.extauthz.CheckResponse;
import io.waypoint.wire.extauthz.DeniedHttpResponse;
import io.waypoint.wire.extauthz.HeaderOption;
import io.waypoint.wire.extauthz.OkHttpResponse;
import io.waypoint.world.ExternalAuthorizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks an authorizer over gRPC (policies.md 4.5). */
final class CheckCall extends GrpcCall {
  private static final String METHOD = "/envoy.service.auth.v3.Authorization/Check";
  private static final int DENIED = 403;

  CheckCall(Asked asked, ExternalAuthorizer authorizer, Question question) {
    super(
        asked,
        new Callee(METHOD, authorizer.service(), authorizer.port(), authorizer.timeout()),
        CheckMessage.of(question, authorizer.shown().headers(), isAsBytes(authorizer)));
  }

  private static boolean isAsBytes(ExternalAuthorizer authorizer) {
    return authorizer.shown().body() != null && authorizer.shown().body().asBytes();
  }

  @Override
  Opinion opinion(byte[] answer) throws InvalidProtocolBufferException {
    return opinion(CheckResponse.parseFrom(answer));
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
        upstream.add(FieldRules.checked(name, "", Change.REMOVE));
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
        String value =
            FieldRules.wire(option.getHeader().getValue(), option.getHeader().getRawValue());
        fields.add(FieldRules.checked(name, value, change(option, otherwise)));
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
