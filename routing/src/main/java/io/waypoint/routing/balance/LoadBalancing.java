// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

/** How an endpoint is chosen ({@code trafficPolicy.loadBalancer} of a DestinationRule). */
public sealed interface LoadBalancing {
  /** One of its own for each backend and event loop. */
  Balancer balancer();

  enum Simple implements LoadBalancing {
    LEAST_REQUEST,
    ROUND_ROBIN,
    RANDOM;

    @Override
    public Balancer balancer() {
      return switch (this) {
        case LEAST_REQUEST -> new LeastRequest();
        case ROUND_ROBIN -> new RoundRobin();
        case RANDOM -> new RandomChoice();
      };
    }
  }

  /**
   * Equal keys go to the same endpoint, and most of them still do when endpoints come and go.
   *
   * @param leastSize how many places the ring of four or more endpoints has at least, 1 to
   *     8,388,608
   */
  record RingHash(HashKey key, int leastSize) implements LoadBalancing {
    /** Of Istio. */
    public static final int DEFAULT_SIZE = 1024;

    private static final int LARGEST = 8 * 1024 * 1024;
    private static final int FEW_ENDPOINTS = 4;

    public RingHash {
      if (leastSize < 1 || leastSize > LARGEST) {
        throw new IllegalArgumentException(
            "a ring has from 1 to " + LARGEST + " places, not " + leastSize);
      }
    }

    /**
     * Places of each endpoint, whatever their number: were the ring's size divided among them, as
     * Envoy does, one that leaves would also move the keys of others.
     */
    int placesEach() {
      return Math.max(1, leastSize / FEW_ENDPOINTS);
    }

    @Override
    public Balancer balancer() {
      return new HashRing(this);
    }
  }

  /**
   * As {@link RingHash}, with nearly equal shares and a table that is looked up at once.
   *
   * @param tableSize a prime, up to 5,000,011
   */
  record Maglev(HashKey key, int tableSize) implements LoadBalancing {
    /** Of Envoy and Istio. */
    public static final int DEFAULT_SIZE = 65_537;

    private static final int LARGEST = 5_000_011;

    public Maglev {
      if (tableSize < 2 || tableSize > LARGEST || !isPrime(tableSize)) {
        throw new IllegalArgumentException(
            "a Maglev table has a prime number of places up to " + LARGEST + ", not " + tableSize);
      }
    }

    private static boolean isPrime(int number) {
      for (int i = 2; (long) i * i <= number; i++) {
        if (number % i == 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Balancer balancer() {
      return new MaglevTable(this);
    }
  }
}
