// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.net.InetAddress;
import java.util.List;

/**
 * Where the hosts are that configuration knows by name. It answers at once with what is known, and
 * finds out about what it was asked for; what it finds later is another version.
 */
public interface HostTable {
  /** Knows nothing and asks nobody: for whoever only reads. */
  HostTable SILENT =
      new HostTable() {
        @Override
        public Look look() {
          return new Look() {
            @Override
            public long version() {
              return 0;
            }

            @Override
            public Answer find(String host) {
              return new Answer.Unknown();
            }

            @Override
            public void close() {}
          };
        }

        @Override
        public long version() {
          return 0;
        }

        @Override
        public void onChange(Runnable listener) {}
      };

  /** What is known now. */
  Look look();

  /** Counts what was found out. */
  long version();

  /** Calls after every change, on a thread that must not be held. */
  void onChange(Runnable listener);

  /** One state of the table. Hosts that no closed look asked for in some minutes are forgotten. */
  interface Look extends AutoCloseable {
    long version();

    Answer find(String host);

    @Override
    void close();
  }

  /** What is known of a host. */
  sealed interface Answer {
    /** Nothing yet. */
    record Unknown() implements Answer {}

    /** Nothing, and why. */
    record Failed(String why) implements Answer {}

    /** All of its addresses, in an order that does not change by itself; never empty. */
    record Known(List<InetAddress> addresses) implements Answer {
      public Known {
        addresses = List.copyOf(addresses);
      }
    }
  }
}
