// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one host answers for each port. Ports are few: a linear search beats a boxed map. */
final class Answers {
  private final int[] ports;
  private final Lookup[] answers;
  private final @Nullable MeshWorkload anyPort;
  private final String host;

  private Answers(int[] ports, Lookup[] answers, @Nullable MeshWorkload anyPort, String host) {
    this.ports = ports;
    this.answers = answers;
    this.anyPort = anyPort;
    this.host = host;
  }

  static Answers of(MeshService service) {
    return of(service.binding(), service.ports(), null, "");
  }

  /** What a service answers whoever dialled one of its addresses. */
  static Answers of(MeshService service, String address) {
    List<Destination> ports =
        service.ports().stream().map(destination -> destination.dialled(address)).toList();
    return of(service.binding(), ports, null, "");
  }

  static Answers of(MeshWorkload workload, String address) {
    return of(workload.binding(), workload.ports(), workload, address);
  }

  private static Answers of(
      Binding binding, List<Destination> list, @Nullable MeshWorkload any, String host) {
    int[] ports = new int[list.size()];
    var answers = new Lookup[list.size()];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = list.get(i).port();
      answers[i] =
          binding instanceof Binding.Ours ? new Lookup.Found(list.get(i)) : Lookup.NOT_OURS;
    }
    return new Answers(ports, answers, any, host);
  }

  /** Two services behind one address: a port of the first wins over the same port of the other. */
  Answers and(Answers other) {
    int[] both = Arrays.copyOf(ports, ports.length + other.ports.length);
    Lookup[] all = Arrays.copyOf(answers, both.length);
    System.arraycopy(other.ports, 0, both, ports.length, other.ports.length);
    System.arraycopy(other.answers, 0, all, answers.length, other.answers.length);
    return new Answers(both, all, anyPort == null ? other.anyPort : anyPort, host);
  }

  Lookup at(int port) {
    for (int i = 0; i < ports.length; i++) {
      if (ports[i] == port) {
        return answers[i];
      }
    }
    if (anyPort == null) {
      return Lookup.UNKNOWN;
    }
    return anyPort.binding() instanceof Binding.Ours
        ? new Lookup.Found(anyPort.anyPort(host, port))
        : Lookup.NOT_OURS;
  }
}
