// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which conditions our Gateway and its listeners deserve. Nothing but a function of facts. */
final class GatewayVerdict {
  private static final String HBONE = "HBONE";
  private static final int PORT = 15008;

  /**
   * @param kinds the route kinds that it allows; empty for those of its protocol
   */
  record Listener(String name, int port, String protocol, List<String> kinds) {
    boolean isTunnel() {
      return protocol.equals(HBONE) && port == PORT;
    }
  }

  /**
   * @param requested addresses that the author asks for
   * @param address the host name under which we are found; null until we are ready for callers
   * @param errors what cannot be read in the Gateway
   */
  record Facts(
      List<Listener> listeners,
      List<String> requested,
      @Nullable String address,
      List<String> errors) {}

  private GatewayVerdict() {}

  static List<Condition> gateway(Facts facts) {
    Condition accepted = accepted(facts);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(accepted);
    String address = facts.address();
    if (!accepted.holds()) {
      conditions.add(Condition.no(Condition.PROGRAMMED, "Invalid", "the Gateway is not accepted"));
    } else if (address == null) {
      conditions.add(
          Condition.no(
              Condition.PROGRAMMED,
              "AddressNotAssigned",
              "no pod of the waypoint is ready yet; until one is, traffic goes direct"));
    } else {
      conditions.add(
          Condition.yes(Condition.PROGRAMMED, "Programmed", "serves HBONE as " + address));
    }
    return conditions;
  }

  /**
   * The same, when somebody makes the waypoint for the Gateway.
   *
   * @param parameters why its infrastructure cannot be done
   * @param obstacles why the objects of the waypoint are not as they should be
   */
  static List<Condition> gateway(Facts facts, List<String> parameters, List<String> obstacles) {
    List<Condition> conditions = new ArrayList<>(gateway(facts));
    if (conditions.getFirst().holds() && !parameters.isEmpty()) {
      String why = String.join("; ", parameters);
      conditions.set(0, Condition.no(Condition.ACCEPTED, "InvalidParameters", why));
      conditions.set(1, Condition.no(Condition.PROGRAMMED, "Invalid", "not accepted"));
    } else if (!obstacles.isEmpty()) {
      String why = String.join("; ", obstacles);
      conditions.set(1, Condition.no(Condition.PROGRAMMED, "NoResources", why));
    }
    return conditions;
  }

  private static Condition accepted(Facts facts) {
    if (!facts.errors().isEmpty()) {
      return Condition.no(Condition.ACCEPTED, "Invalid", String.join("; ", facts.errors()));
    }
    String address = facts.address();
    List<String> foreign =
        facts.requested().stream().filter(wanted -> !wanted.equals(address)).toList();
    if (!foreign.isEmpty()) {
      return Condition.no(
          Condition.ACCEPTED,
          "UnsupportedAddress",
          "a waypoint is found by the name of its Service; it cannot be at "
              + String.join(", ", foreign));
    }
    List<String> wrong = new ArrayList<>();
    for (Listener listener : facts.listeners()) {
      if (!listener.isTunnel()) {
        wrong.add(listener.name());
      }
    }
    if (wrong.size() == facts.listeners().size()) {
      return Condition.no(
          Condition.ACCEPTED,
          "ListenersNotValid",
          "a waypoint has a listener of protocol HBONE on port 15008");
    }
    return wrong.isEmpty()
        ? Condition.yes(Condition.ACCEPTED, "Accepted", "accepted")
        : Condition.yes(
            Condition.ACCEPTED,
            "ListenersNotValid",
            "not used: " + String.join(", ", wrong) + "; a waypoint listens for HBONE on 15008");
  }

  static List<Condition> listener(Listener listener, Facts facts) {
    List<Condition> conditions = new ArrayList<>();
    boolean usable = listener.isTunnel();
    conditions.add(
        usable
            ? Condition.yes(Condition.ACCEPTED, "Accepted", "accepted")
            : Condition.no(
                Condition.ACCEPTED,
                listener.protocol().equals(HBONE) ? "PortUnavailable" : "UnsupportedProtocol",
                "a waypoint listens for protocol HBONE on port 15008"));
    conditions.add(new Condition(Condition.CONFLICTED, "False", "NoConflicts", "no conflict"));
    conditions.add(
        listener.kinds().isEmpty()
            ? Condition.yes(Condition.RESOLVED_REFS, "ResolvedRefs", "nothing to resolve")
            : Condition.no(
                Condition.RESOLVED_REFS,
                "InvalidRouteKinds",
                "routes attach to Services, not to the listener of a waypoint"));
    String address = facts.address();
    conditions.add(
        !usable
            ? Condition.no(Condition.PROGRAMMED, "Invalid", "the listener is not accepted")
            : address == null
                ? Condition.no(Condition.PROGRAMMED, "Pending", "no pod is ready yet")
                : Condition.yes(Condition.PROGRAMMED, "Programmed", "serves as " + address));
    return conditions;
  }
}
