/** Bytes to a listener as they are, for requests no HTTP client would send. */
import { connect } from "node:net";

export interface RawAnswer {
  /** undefined when the listener said nothing (it closed, or the time was over). */
  status: number | undefined;
  text: string;
}

/** Sends `text`, reads until the listener closes or `seconds` are over, and then closes. */
export function rawRequest(address: string, text: string, seconds: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    const timer = setTimeout(() => socket.destroy(), seconds * 1000);
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      received += chunk;
      // One answer is enough; a listener that keeps the connection would hold the test for all its seconds.
      if (received.includes("\r\n\r\n")) setTimeout(() => socket.end(), settleMs);
    });
    // A reset is an answer as well: the listener would have nothing to do with it.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(timer);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), text: received });
    });
  });
}

/** Time for the rest of an answer, and for a second one that should not come. */
const settleMs = 300;
