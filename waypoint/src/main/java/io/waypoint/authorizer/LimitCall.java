// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Pair;
import io.waypoint.routing.model.RateDescriptor.Stated;
import io.waypoint.wire.ratelimit.RateLimitDescriptor;
import io.waypoint.wire.ratelimit.RateLimitEntry;
import io.waypoint.wire.ratelimit.RateLimitHeader;
import io.waypoint.wire.ratelimit.RateLimitRequest;
import io.waypoint.wire.ratelimit.RateLimitResponse;
import java.util.ArrayList;
import java.util.List;

/** Asks whoever counts (Envoy's {@code RateLimitService}) whether a request is one too many. */
final class LimitCall extends GrpcCall {
  private static final String METHOD =
      "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit";

  private static final int OK = 1;
  private static final int OVER = 2;

  private final GlobalRateLimit rule;

  LimitCall(Asked asked, GlobalRateLimit rule, List<Stated> descriptors) {
    super(asked, callee(rule), question(rule.domain(), descriptors));
    this.rule = rule;
  }

  private static Callee callee(GlobalRateLimit rule) {
    Backend service = rule.service();
    String name = service.name();
    // What has a dot is a host of its own.
    String host = name.indexOf('.') < 0 ? name + "." + service.namespace() : name;
    return new Callee(METHOD, host, service.port(), rule.timeout());
  }

  private static RateLimitRequest question(String domain, List<Stated> descriptors) {
    RateLimitRequest.Builder question = RateLimitRequest.newBuilder().setDomain(domain);
    for (Stated stated : descriptors) {
      var descriptor = RateLimitDescriptor.newBuilder();
      for (Pair pair : stated.pairs()) {
        descriptor.addEntries(
            RateLimitEntry.newBuilder().setKey(pair.key()).setValue(pair.value()));
      }
      question.addDescriptors(descriptor);
    }
    return question.build();
  }

  @Override
  Opinion opinion(byte[] answer) throws InvalidProtocolBufferException {
    RateLimitResponse response = RateLimitResponse.parseFrom(answer);
    List<Field> downstream = new ArrayList<>();
    if (rule.told().counts()) {
      downstream.addAll(RemainingFields.of(response.getStatusesList()));
    }
    downstream.addAll(responseFields(response));
    return switch (response.getOverallCode()) {
      case OK ->
          new Opinion.Pass(
              fields(response.getRequestHeadersToAddList(), Change.REPLACE), downstream, null);
      case OVER ->
          new Opinion.Refuse(
              rule.told().status(), downstream, response.getRawBody().toStringUtf8(), null);
      default -> new Opinion.Failure("unknown_code");
    };
  }

  /** What cannot be written makes the answer none, but does not unsay that it is one too many. */
  private static List<Field> responseFields(RateLimitResponse response) {
    try {
      return fields(response.getResponseHeadersToAddList(), Change.APPEND);
    } catch (IllegalArgumentException unwritable) {
      if (response.getOverallCode() == OVER) {
        return List.of();
      }
      throw unwritable;
    }
  }

  /**
   * @param first how the first of a name goes together with what is there; the others are added
   */
  private static List<Field> fields(List<RateLimitHeader> headers, Change first) {
    List<Field> fields = new ArrayList<>(headers.size());
    for (RateLimitHeader header : headers) {
      String name = FieldRules.writable(header.getKey());
      if (name != null) {
        boolean isNew = fields.stream().noneMatch(field -> field.name().equals(name));
        String value = FieldRules.wire(header.getValue(), header.getRawValue());
        fields.add(FieldRules.checked(name, value, isNew ? first : Change.APPEND));
      }
    }
    return fields;
  }
}
