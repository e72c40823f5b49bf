// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C and SIGTERM: the first asks for a graceful end, the second ends at once. A shutdown hook
 * cannot tell a second signal from the first, so this is the JDK's own signal class, reached by
 * name because the compiler refuses to be told that we mean it.
 */
final class Signals {
  private static final int INTERRUPTED = 130;

  private Signals() {}

  /**
   * @param first run on a thread of its own
   */
  static void onFirst(Runnable first) {
    AtomicInteger count = new AtomicInteger();
    Runnable received =
        () -> {
          if (count.getAndIncrement() == 0) {
            Thread.ofPlatform().name("drain").start(first);
          } else {
            Runtime.getRuntime().halt(INTERRUPTED);
          }
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> answer(self, method, arguments, received));
      for (String name : List.of("INT", "TERM")) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // A JVM without it (or started with -Xrs): one signal drains, and there is no second.
      Runtime.getRuntime().addShutdownHook(new Thread(first, "drain"));
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private static Object answer(Object self, Method method, Object[] arguments, Runnable received) {
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(self);
      case "equals" -> self == arguments[0];
      case "toString" -> "Signals";
      default -> {
        received.run();
        yield 0;
      }
    };
  }
}
