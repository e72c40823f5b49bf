// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The mesh of a cell as addresses, names and rules, from which every system's configuration is
 * written: what one of them is told, all are told.
 *
 * <pre>
 *   echo (10.99.0.1:80)  ── 90 ──► echo-v1   endpoints 127.x.1.n
 *                        ── 10 ──► echo-v2   endpoints 127.x.2.n
 * </pre>
 */
public final class Plan {
  /** Where HBONE is taken by workloads; ztunnel's port. */
  static final int HBONE = 15008;

  /** Where workloads take HTTP/2 over TLS without a tunnel. */
  static final int STREAMS = 15443;

  /** Where the application of a workload would listen; part of the CONNECT authority. */
  static final int APP = 8080;

  static final String NAMESPACE = "bench";
  static final String SERVICE = "echo";
  static final String SERVICE_ADDRESS = "10.99.0.1";
  static final int SERVICE_PORT = 80;
  static final TrustDomain TRUST = new TrustDomain("cluster.local");

  /** Of 100 requests, how many go to the second version. */
  static final int SECOND_WEIGHT = 10;

  /** How many paths the requests take turns with, spread over all routes. */
  private static final int MOST_PATHS = 16;

  /** A backend of the split. */
  enum Version {
    V1(1, 100 - SECOND_WEIGHT),
    V2(2, SECOND_WEIGHT);

    private final int number;
    private final int weight;

    Version(int number, int weight) {
      this.number = number;
      this.weight = weight;
    }

    /** From 1. */
    int number() {
      return number;
    }

    /** Of 100 requests. */
    int weight() {
      return weight;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    String service() {
      return SERVICE + "-" + label();
    }
  }

  /** One policy: what it says of us. */
  sealed interface Rule {
    /** Denies somebody else something that nobody asks for. */
    record DenyOther(int number) implements Rule {}

    /** Allows us something that we do not ask for. */
    record AllowOther(int number) implements Rule {}

    /** Allows us what we ask for. */
    record AllowUs(int number) implements Rule {}
  }

  private final Cell cell;
  private final int network;
  private final @Nullable Tokens tokens;

  /**
   * @param network the second number of the loopback addresses of all workloads, so that two rigs
   *     can run side by side
   */
  public Plan(Cell cell, int network) {
    if (network < 1 || network > 254) {
      throw new IllegalArgumentException("network is 1 to 254");
    }
    this.cell = cell;
    this.network = network;
    this.tokens = cell.mesh().token() == Cell.Token.NONE ? null : new Tokens();
  }

  Cell cell() {
    return cell;
  }

  static SpiffeId caller() {
    return new SpiffeId(TRUST, NAMESPACE, "caller");
  }

  static SpiffeId waypoint() {
    return new SpiffeId(TRUST, NAMESPACE, "waypoint");
  }

  static SpiffeId workload(Version version) {
    return new SpiffeId(TRUST, NAMESPACE, version.service());
  }

  /** Addresses of the pods, which exist on the loopback of Linux without being made. */
  List<String> pods(Version version) {
    List<String> addresses = new ArrayList<>();
    int base = version == Version.V1 ? 1 : 101;
    for (int i = 0; i < cell.mesh().endpoints(); i++) {
      addresses.add("127." + network + "." + (base + i / 250) + "." + (1 + i % 250));
    }
    return addresses;
  }

  boolean isHttp2() {
    return cell.load().wire() == Cell.Wire.GRPC;
  }

  /** The path prefixes of all routes, in their order. */
  List<String> prefixes() {
    List<String> prefixes = new ArrayList<>();
    for (int i = 0; i < cell.mesh().routes(); i++) {
      prefixes.add(prefix(i));
    }
    return prefixes;
  }

  private static String prefix(int route) {
    return "/r/%05d".formatted(route);
  }

  /** What is asked for, in turn: the first, the last and evenly spread ones between. */
  List<String> paths() {
    int routes = cell.mesh().routes();
    int count = Math.min(MOST_PATHS, routes);
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int route = count == 1 ? 0 : (int) ((long) i * (routes - 1) / (count - 1));
      paths.add(prefix(route) + "/item");
    }
    return paths;
  }

  /** What every request carries as bearer token; null for none. */
  @Nullable String token() {
    return tokens == null ? null : tokens.token();
  }

  /** The keys by which tokens are to be verified; null when they are not. */
  @Nullable String keys() {
    return tokens != null && cell.mesh().token() == Cell.Token.VERIFIED ? tokens.keys() : null;
  }

  /** Services that nobody asks for, by number; each has a route and an address of its own. */
  int services() {
    return cell.mesh().services();
  }

  static String service(int number) {
    return "shelf-%05d".formatted(number);
  }

  static String serviceAddress(int number) {
    return "10.98." + number / 250 + "." + (1 + number % 250);
  }

  List<Rule> rules() {
    int policies = cell.mesh().policies();
    int denials = policies / 2;
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < policies; i++) {
      rules.add(
          i < denials
              ? new Rule.DenyOther(i)
              : i < policies - 1 ? new Rule.AllowOther(i) : new Rule.AllowUs(i));
    }
    return rules;
  }
}
