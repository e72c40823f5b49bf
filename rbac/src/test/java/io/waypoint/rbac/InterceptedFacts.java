// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Facts with something between them and the engine. */
final class InterceptedFacts {
  private InterceptedFacts() {}

  /** Facts that fail at every question but the first, whether this is HTTP. */
  static RequestFacts broken() {
    return intercepted(
        Ask.get("/").facts(),
        question -> {
          if (!question.equals("isHttp")) {
            throw new IllegalStateException("broken");
          }
        });
  }

  /** Counts the reads of the method: one for each rule that is evaluated and has methods. */
  static RequestFacts countingMethodReads(RequestFacts facts, AtomicInteger reads) {
    return intercepted(
        facts,
        question -> {
          if (question.equals("method")) {
            reads.incrementAndGet();
          }
        });
  }

  private interface Interceptor {
    void asked(String question);
  }

  private static RequestFacts intercepted(RequestFacts facts, Interceptor interceptor) {
    return (RequestFacts)
        Proxy.newProxyInstance(
            RequestFacts.class.getClassLoader(),
            new Class<?>[] {RequestFacts.class},
            (proxy, question, arguments) -> {
              interceptor.asked(question.getName());
              try {
                return question.invoke(facts, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
