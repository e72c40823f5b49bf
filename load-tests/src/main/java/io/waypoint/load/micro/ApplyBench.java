// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.micro;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One route edited among others: from its YAML to the world. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ApplyBench {
  private static final String MESH =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: default, labels: {istio.io/use-waypoint: waypoint}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint}
      spec: {gatewayClassName: vertx-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
      """;
  private static final String ROUTED =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: sN}
      spec: {selector: {app: sN}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: sN}
      spec:
        parentRefs: [{group: "", kind: Service, name: sN}]
        rules:
        - matches: [{path: {value: /PATH}}]
          backendRefs: [{name: sN, port: 80}]
      """;

  @Param({"10", "1000"})
  public int routes;

  private final List<Doc> others = new ArrayList<>();
  private Translator translator = new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED);
  private long generation;

  private static List<Doc> read(String name, String text) {
    return Doc.read(Source.file(name, text), new Problems());
  }

  private static String routed(int index, String path) {
    return ROUTED.replace("sN", "s" + index).replace("PATH", path);
  }

  @Setup(Level.Trial)
  public void prepare() {
    others.addAll(read("mesh.yaml", MESH));
    for (int i = 1; i < routes; i++) {
      others.addAll(read("s" + i + ".yaml", routed(i, "a")));
    }
    translator = new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED);
    edit();
  }

  @Benchmark
  public Translation edit() {
    List<Doc> docs = new ArrayList<>(others);
    generation++;
    docs.addAll(read("s0.yaml", routed(0, "v" + generation % 7)));
    return translator.translate(docs, new Problems(), generation);
  }
}
