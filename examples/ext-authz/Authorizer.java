// SPDX-License-Identifier: Apache-2.0

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An authorizer to play with: whoever says "x-badge: gold" may pass, as user "goldie". */
final class Authorizer {
  private Authorizer() {}

  public static void main(String[] args) throws IOException {
    int port = args.length == 0 ? 9191 : Integer.parseInt(args[0]);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server = HttpServer.create(address, 0);
    server.createContext("/", Authorizer::judge);
    server.start();
    System.out.println("authorizer on port " + server.getAddress().getPort());
  }

  private static void judge(HttpExchange check) throws IOException {
    boolean gold = "gold".equals(check.getRequestHeaders().getFirst("x-badge"));
    byte[] why = (gold ? "" : "show a gold badge\n").getBytes(StandardCharsets.UTF_8);
    if (gold) {
      check.getResponseHeaders().set("x-user", "goldie");
    }
    check.sendResponseHeaders(gold ? 200 : 403, why.length == 0 ? -1 : why.length);
    if (why.length > 0) {
      check.getResponseBody().write(why);
    }
    check.close();
  }
}
