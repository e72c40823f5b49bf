// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.Arrays;
import java.util.List;

/** Blocks of IP addresses, as {@code ipBlocks} writes each of them. */
public final class AddressBlocks {
  /** No address is in it. */
  public static final AddressBlocks NONE = new AddressBlocks(List.of());

  private final List<Cidr> blocks;

  private AddressBlocks(List<Cidr> blocks) {
    this.blocks = blocks;
  }

  /**
   * Reads addresses and {@code address/length}, separated by commas.
   *
   * @throws IllegalArgumentException naming what is neither
   */
  public static AddressBlocks parse(String text) {
    return new AddressBlocks(
        Arrays.stream(text.split(",", -1)).map(block -> Cidr.parse(block.strip())).toList());
  }

  public boolean contains(IpAddress address) {
    for (Cidr block : blocks) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
