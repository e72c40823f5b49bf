// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place where discovery and the data path meet: a volatile reference to the current world.
 */
public final class WorldHolder {
  private final List<Consumer<World>> subscribers = new CopyOnWriteArrayList<>();
  private volatile @Nullable World current;

  /** The current world, or null before the first one. */
  public @Nullable World current() {
    return current;
  }

  /** Makes a world the current one, then tells the subscribers on this thread, in their order. */
  public synchronized void publish(World world) {
    current = world;
    for (Consumer<World> subscriber : subscribers) {
      subscriber.accept(world);
    }
  }

  /**
   * Calls back for every world from now on, and at once for the current one if there is any.
   *
   * @return ends the subscription
   */
  public synchronized Subscription subscribe(Consumer<World> subscriber) {
    subscribers.add(subscriber);
    World now = current;
    if (now != null) {
      subscriber.accept(now);
    }
    return () -> subscribers.remove(subscriber);
  }

  /** Closing it ends the calls. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
