// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.discovery.translate.Translation;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What is in force, and the objects as the API server has them.
 *
 * @param held objects, as {@code kind namespace/name}, whose newest version is not in force
 * @param objects the objects of a kind as they are when asked, status included
 */
public record KubeView(
    Translation translation, Set<String> held, Function<String, List<KubeObject>> objects) {}
