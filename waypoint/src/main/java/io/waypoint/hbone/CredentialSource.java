// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.waypoint.identity.Material;
import org.jspecify.annotations.Nullable;

/** The certificate to show when dialling, by the name a {@link WorkloadAddress} gives. */
@FunctionalInterface
public interface CredentialSource {
  /** The current material, or null when there is none: then nothing is dialled. */
  @Nullable Material material(String credential);
}
