/** What the listeners' contract sends and answers. */
import { connect } from "node:net";
import type { HttpAnswer } from "../listener/http.ts";

export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify(value) };
}

/** Sends text as it is and gives everything that comes back until the other side closes. */
export function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    socket.on("error", () => resolve(received));
    socket.on("close", () => resolve(received));
  });
}
