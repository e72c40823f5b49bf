// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and what is expected of it. Keys: {@code ask} (method and target), {@code from},
 * {@code to}, {@code host}, {@code with} (fields), {@code status} or {@code oneOf}, {@code grpc} (a
 * status; the request is a call then), {@code pod}, {@code path}, {@code seenhost}, {@code
 * protocol}, {@code saw} (fields at the application), {@code got} (fields of the answer), {@code
 * location}, {@code times}, {@code shares} (percent by pod), {@code mirrored} (by pod: 1, or a
 * share of the times).
 */
record Ask(Map<String, Object> keys) {
  private static final Set<String> KNOWN =
      Set.of(
          "ask",
          "from",
          "to",
          "host",
          "with",
          "status",
          "oneOf",
          "grpc",
          "pod",
          "path",
          "seenhost",
          "protocol",
          "saw",
          "got",
          "location",
          "times",
          "shares",
          "mirrored",
          "ownname",
          "websocket");

  private static final byte[] NO_MESSAGE = new byte[5];
  private static final int AT_ONCE = 8;

  static Ask of(Map<String, Object> keys) {
    assertThat(KNOWN).containsAll(keys.keySet());
    return new Ask(keys);
  }

  private String line() {
    return Cases.text(keys, "ask");
  }

  private @Nullable String text(String key) {
    Object value = keys.get(key);
    return value == null ? null : value.toString();
  }

  private int number(String key, int fallback) {
    return keys.get(key) instanceof Number number ? number.intValue() : fallback;
  }

  @SuppressWarnings("unchecked")
  private Map<String, @Nullable Object> map(String key) {
    return keys.get(key) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
  }

  private Future<Answer> send(Topology topology) {
    String to = keys.containsKey("to") ? Cases.text(keys, "to") : "echo:80";
    int colon = to.indexOf(':');
    var target =
        HostAndPort.create(
            to.substring(0, colon) + "." + Topology.MESH,
            Integer.parseInt(to.substring(colon + 1)));
    Map<String, String> fields = new HashMap<>();
    map("with").forEach((name, value) -> fields.put(name, String.valueOf(value)));
    boolean call = keys.containsKey("grpc");
    if (call) {
      fields.put("content-type", "application/grpc");
      fields.put("te", "trailers");
    }
    return topology.ask(
        caller(), target, line(), text("host"), fields, call ? Buffer.buffer(NO_MESSAGE) : null);
  }

  private String caller() {
    String from = keys.containsKey("from") ? Cases.text(keys, "from") : "echo-v1.mesh";
    int dot = from.indexOf('.');
    return from.substring(0, dot) + "." + Cases.namespace(from.substring(dot + 1));
  }

  void check(Topology topology) throws Exception {
    if (keys.containsKey("websocket")) {
      checkWebSocket(topology);
      return;
    }
    Map<String, Integer> before = counts(topology);
    List<Answer> answers = all(topology);
    for (Answer answer : answers) {
      check(answer);
    }
    checkShares(answers);
    checkMirrors(topology, before, answers.size());
  }

  private List<Answer> all(Topology topology) throws Exception {
    int times = number("times", 1);
    List<Answer> answers = new ArrayList<>(times);
    while (answers.size() < times) {
      List<Future<Answer>> some = new ArrayList<>();
      for (int i = 0; i < Math.min(AT_ONCE, times - answers.size()); i++) {
        some.add(send(topology));
      }
      for (Future<Answer> one : some) {
        answers.add(wait(one));
      }
    }
    return answers;
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void check(Answer answer) {
    String what = line() + " " + keys.getOrDefault("with", "") + " " + answer;
    if (keys.get("oneOf") instanceof List<?> statuses) {
      assertThat(statuses.contains(answer.status())).as(what + answer.status()).isTrue();
    } else {
      assertThat(answer.status()).as(what).isEqualTo(number("status", 200));
    }
    if (keys.containsKey("grpc")) {
      assertThat(answer.grpcStatus()).as(what).isEqualTo(text("grpc"));
    }
    if (keys.containsKey("pod")) {
      assertThat(answer.pod()).as(what).isEqualTo(text("pod"));
    }
    if (keys.containsKey("location")) {
      assertThat(answer.field("location")).as(what).isEqualTo(text("location"));
    }
    seen(answer, what, "path", "path");
    seen(answer, what, "seenhost", "host");
    seen(answer, what, "protocol", "protocol");
    map("saw")
        .forEach((name, value) ->
            assertThat(answer.seenField(name)).as(what + " saw " + name).isEqualTo(value));
    map("got")
        .forEach((name, value) ->
            assertThat(answer.field(name)).as(what + " got " + name).isEqualTo(value));
    if (keys.containsKey("ownname")) {
      assertThat(answer.seenField(Cases.text(keys, "ownname"))).as(what).isEqualTo(answer.pod());
    }
  }

  private void seen(Answer answer, String what, String key, String field) {
    if (keys.containsKey(key)) {
      assertThat(answer.seen().getString(field)).as(what).isEqualTo(text(key));
    }
  }

  private void checkShares(List<Answer> answers) {
    Map<String, Integer> counts = new HashMap<>();
    answers.forEach(answer -> counts.merge(answer.pod(), 1, Integer::sum));
    Map<String, @Nullable Object> shares = map("shares");
    if (shares.isEmpty()) {
      return;
    }
    assertThat(counts.keySet()).isEqualTo(new HashSet<>(shares.keySet()));
    shares.forEach((pod, percent) ->
        assertThat(100.0 * counts.getOrDefault(pod, 0) / answers.size())
            .as("share of " + pod)
            .isCloseTo(
                ((Number) java.util.Objects.requireNonNull(percent)).doubleValue(), within(7.0)));
  }

  private Map<String, Integer> counts(Topology topology) {
    Map<String, Integer> counts = new HashMap<>();
    map("mirrored").keySet().forEach(pod -> counts.put(pod, copies(topology, pod)));
    return counts;
  }

  private int copies(Topology topology, String pod) {
    String target = line().substring(line().indexOf(' ') + 1);
    int query = target.indexOf("id=");
    return (int)
        topology.backend(pod).targets.stream()
            .filter(asked -> asked.endsWith(target.substring(query)))
            .count();
  }

  /** Copies are under way when the answer is there; they are waited for, not slept for. */
  private void checkMirrors(Topology topology, Map<String, Integer> before, int times)
      throws Exception {
    for (Map.Entry<String, @Nullable Object> mirror : map("mirrored").entrySet()) {
      double share = ((Number) java.util.Objects.requireNonNull(mirror.getValue())).doubleValue();
      double expected = share * times;
      double deviation = Math.max(0.1, 4 * Math.sqrt(times * share * (1 - share)));
      int already = before.getOrDefault(mirror.getKey(), 0);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      int copies = copies(topology, mirror.getKey()) - already;
      while (copies < expected - deviation && System.nanoTime() < end) {
        CompletableFuture<Void> later = new CompletableFuture<>();
        CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)
            .execute(() -> later.complete(null));
        later.get();
        copies = copies(topology, mirror.getKey()) - already;
      }
      assertThat((double) copies)
          .as("copies at " + mirror.getKey())
          .isCloseTo(expected, within(deviation));
    }
  }

  private void checkWebSocket(Topology topology) throws Exception {
    var text = new CompletableFuture<String>();
    var binary = new CompletableFuture<Buffer>();
    var client = topology.webSockets(caller());
    var socket =
        wait(
            client.connect(
                new WebSocketConnectOptions()
                    .setHost("echo." + Topology.MESH)
                    .setPort(80)
                    .setURI(line().substring(line().indexOf(' ') + 1))));
    socket.textMessageHandler(text::complete);
    socket.binaryMessageHandler(binary::complete);
    socket.writeTextMessage("text");
    socket.writeBinaryMessage(Buffer.buffer(new byte[7]));
    assertThat(text.get(10, TimeUnit.SECONDS)).isEqualTo("text");
    assertThat(binary.get(10, TimeUnit.SECONDS).length()).isEqualTo(7);
    wait(socket.close());
    wait(client.close());
  }
}
