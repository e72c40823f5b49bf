// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OverlayTest {
  private static final String POD =
      """
      containers:
        - name: waypoint
          image: a
          env:
            - name: A
              value: "1"
          ports:
            - containerPort: 15008
              name: mesh
      tolerations:
        - key: x
      """;

  private static Map<String, @Nullable Object> yaml(String text) {
    return Trees.mapping(text, "test");
  }

  private static void strategic(String overlay, String expected) {
    assertThat(Overlay.strategic(yaml(POD), yaml(overlay))).isEqualTo(yaml(expected));
  }

  @Test
  void containersAreJoinedByNameAndVariablesToo() {
    strategic(
        """
        containers:
          - name: waypoint
            env:
              - {name: A, value: "2"}
              - {name: B, value: "3"}
          - name: beside
            image: b
        """,
        """
        containers:
          - name: waypoint
            image: a
            env:
              - {name: A, value: "2"}
              - {name: B, value: "3"}
            ports:
              - {containerPort: 15008, name: mesh}
          - name: beside
            image: b
        tolerations:
          - key: x
        """);
  }

  @Test
  void portsOfContainersAreJoinedByNumber() {
    strategic(
        """
        containers:
          - name: waypoint
            ports: [{containerPort: 15008, hostPort: 15008}, {containerPort: 9}]
        tolerations: null
        """,
        """
        containers:
          - name: waypoint
            image: a
            env: [{name: A, value: "1"}]
            ports: [{containerPort: 15008, name: mesh, hostPort: 15008}, {containerPort: 9}]
        """);
  }

  @Test
  void itemsAreDeletedAndMapsReplacedByDirective() {
    strategic(
        """
        containers:
          - name: waypoint
            env: [{name: A, $patch: delete}]
        tolerations: [{key: y}]
        """,
        """
        containers:
          - name: waypoint
            image: a
            env: []
            ports: [{containerPort: 15008, name: mesh}]
        tolerations: [{key: y}]
        """);
    assertThat(
            Overlay.strategic(
                yaml("nodeSelector: {a: b}"), yaml("nodeSelector: {$patch: replace, c: d}")))
        .isEqualTo(yaml("nodeSelector: {c: d}"));
  }

  @Test
  void theOverlayOfAnInstallationReplacesListsAsTheChartDoes() {
    assertThat(Overlay.plain(yaml(POD), yaml("containers: [{name: waypoint}]\ntolerations: null")))
        .isEqualTo(yaml("containers: [{name: waypoint}]"));
  }
}
