// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.load.report.RateBasis;

/**
 * One question with one answer: a load and the mesh it meets, the same for every system.
 *
 * @param name unique in its scenario
 * @param offer at what rate it is asked
 * @param thermometer whether HAProxy is asked the same, without tunnels
 * @param rest seconds without a request after the measurement, before memory is looked at again
 */
public record Cell(
    String name, Load load, Mesh mesh, Beside beside, Offer offer, boolean thermometer, int rest) {
  /** What is inside the tunnels, or what is opened anew for each request. */
  public enum Wire {
    HTTP1,
    GRPC,
    /** HTTP/1 in a tunnel of its own for each request. */
    TUNNEL,
    /** HTTP/1 in a connection of its own, with a full mutual handshake, for each request. */
    HANDSHAKE
  }

  /** What becomes of a bearer token. Only we are told to verify it. */
  public enum Token {
    NONE,
    /** The same bytes in every request, which mean nothing to anybody. */
    CARRIED,
    /** A RequestAuthentication and a policy that demands its principal. */
    VERIFIED
  }

  /**
   * @param tunnels how many are open
   * @param streams requests under way in a tunnel at most; 1 for HTTP/1
   * @param requestBytes length of the request's body; 0 is a GET
   * @param responseBytes length of the answer's body
   */
  public record Load(Wire wire, int tunnels, int streams, int requestBytes, int responseBytes) {
    public Load {
      if (tunnels < 1 || tunnels > 10_000 || streams < 1 || streams > 100) {
        throw new IllegalArgumentException("1 to 10000 tunnels with 1 to 100 streams each");
      }
      if (wire != Wire.GRPC && streams != 1) {
        throw new IllegalArgumentException("HTTP/1 has one request under way in a tunnel");
      }
    }

    /** Requests under way at most. */
    public int lanes() {
      return tunnels * streams;
    }
  }

  /**
   * @param routes of the one service; each splits 90/10 between two others
   * @param policies on it: the first half denies others, of the rest only the last one allows us
   * @param endpoints of each of the two services behind
   * @param accessLog whether every request is logged to a file
   * @param token whether requests carry one, and whether we verify it
   * @param services further ones with a route each, which nobody asks for
   */
  public record Mesh(
      int routes, int policies, int endpoints, boolean accessLog, Token token, int services) {
    /** A mesh of one service in which nobody has a token. */
    public Mesh(int routes, int policies, int endpoints, boolean accessLog) {
      this(routes, policies, endpoints, accessLog, Token.NONE, 0);
    }

    public Mesh {
      if (routes < 1 || routes > 100_000 || policies < 0 || policies > 100_000) {
        throw new IllegalArgumentException("1 to 100000 routes, 0 to 100000 policies");
      }
      if (endpoints < 1 || endpoints > 10_000) {
        throw new IllegalArgumentException("1 to 10000 endpoints");
      }
      if (services < 0 || services > MOST_SERVICES) {
        throw new IllegalArgumentException("0 to " + MOST_SERVICES + " services");
      }
    }
  }

  /**
   * What goes on while requests are measured.
   *
   * @param idle tunnels that are open and silent
   * @param slow tunnels that ask for the same and take what they get in sips
   * @param flips how often a second all weights are turned over; only we can
   * @param rotations how often a second our certificate is another; only ours can
   */
  public record Beside(int idle, int slow, int flips, int rotations) {
    public static final Beside NOTHING = new Beside(0, 0, 0, 0);
  }

  /**
   * The rate of all windows. With {@code fixed} it is the same for all cells that say so, which
   * makes a cost per request in one of them comparable with that in another.
   *
   * @param share as a part of the smallest capacity found, above 0 and at most 0.7
   * @param fixed requests a second, lowered to the share when that is less; 0 for the share itself
   */
  public record Offer(double share, int fixed) {
    /** The most that is offered: beyond it queues are measured, not the proxy. */
    static final double MOST = 0.7;

    public Offer {
      if (!(share > 0) || share > MOST) {
        throw new IllegalArgumentException(
            "share is above 0 and at most 0.7: beyond it queues are measured, not the proxy");
      }
      if (fixed < 0 || fixed > 1_000_000) {
        throw new IllegalArgumentException("rate is 0 to 1000000");
      }
    }

    RateBasis basis(double smallestCapacity) {
      return RateBasis.of(share, fixed, smallestCapacity);
    }
  }

  /** Answers of which HAProxy passes on many without waiting for a window. */
  private static final int SMALL = 16 * 1024;

  private static final int MOST_SERVICES = 50_000;

  /** A cell beside which nothing happens. */
  public Cell(String name, Load load, Mesh mesh, double share) {
    this(name, load, mesh, Beside.NOTHING, new Offer(share, 0), false, 0);
  }

  public Cell {
    if (mesh.token() != Token.NONE && load.wire() == Wire.GRPC) {
      throw new IllegalArgumentException("only requests of HTTP/1 carry tokens");
    }
    boolean plain = load.wire() == Wire.HTTP1 && load.requestBytes() == 0;
    if (thermometer && !(plain && load.responseBytes() <= SMALL && beside.equals(Beside.NOTHING))) {
      throw new IllegalArgumentException(
          "HAProxy takes part where small GETs are measured and nothing goes on beside");
    }
  }
}
