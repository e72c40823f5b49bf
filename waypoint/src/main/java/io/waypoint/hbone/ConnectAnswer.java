// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.waypoint.refusal.Refusal;

/** What becomes of a CONNECT. */
public sealed interface ConnectAnswer {
  /** 200; the tunnel goes to a listener chosen by {@code inner}. */
  record Accept(Inner inner) implements ConnectAnswer {}

  /** 200; the tunnel is joined to a connection that is open already. */
  record Relay(Uplink uplink) implements ConnectAnswer {}

  /**
   * @param status the status of the answer, 400 to 599; a ztunnel treats all of them alike
   */
  record Refuse(int status, Refusal reason) implements ConnectAnswer {}

  /** What the bytes of a tunnel are. */
  enum Inner {
    /** HTTP by declaration: the HTTP/2 preface or its absence tells the version. */
    HTTP,
    /** Anything else by declaration: relayed from the first byte, either side may speak first. */
    RAW,
    /** TLS by declaration, and who is asked for matters: relayed when the hello has told. */
    TLS,
    /** Undeclared: the first bytes tell, and silence means {@link #RAW}. */
    SNIFF
  }

  ConnectAnswer HTTP = new Accept(Inner.HTTP);
  ConnectAnswer RAW = new Accept(Inner.RAW);
  ConnectAnswer TLS = new Accept(Inner.TLS);
  ConnectAnswer SNIFF = new Accept(Inner.SNIFF);
}
