/**
 * Brings batches to an extension on loopback: HTTP, a JSON array a batch; TCP, a JSON text a line on one connection. `node:http` is a
 * megabyte of memory, and no more than few environments have a subscriber: who has one loads it.
 */
import { connect, type Socket } from "node:net";
import type { ClockDep } from "../clock/clock.ts";
import { telemetrySendMsMax } from "../limits.ts";
import type { Send } from "./subscriber.ts";
import type { Destination } from "./subscription.ts";

const loopback = "127.0.0.1";

export function createSend(deps: ClockDep, destination: Destination): Send {
  return destination.protocol === "HTTP"
    ? createHttpSend(deps, destination)
    : createTcpSend(deps, destination);
}

function createHttpSend(
  { clock }: ClockDep,
  { port, path }: Extract<Destination, { protocol: "HTTP" }>,
): Send {
  return async (events) => {
    const { request } = await import("node:http");
    return new Promise((resolve) => {
      const body = Buffer.from(`[${events.join(",")}]`);
      const headers = { "Content-Type": "application/json", "Content-Length": body.length };
      const sent = request({ host: loopback, port, path, method: "POST", headers }, (reply) => {
        // The body says nothing to us, but must be taken for the connection to be free.
        reply.resume();
        settle((reply.statusCode ?? 500) < 400);
      });
      const cancel = clock.after(telemetrySendMsMax, () => {
        settle(false);
        sent.destroy();
      });
      function settle(isTaken: boolean): void {
        cancel();
        resolve(isTaken);
      }
      // A refused or broken connection: the caller tries again, or counts the batch as dropped.
      sent.on("error", () => settle(false));
      sent.end(body);
    });
  };
}

function createTcpSend({ clock }: ClockDep, { port }: { port: number }): Send {
  let socket: Socket | undefined;

  function open(): Socket {
    const opened = connect({ host: loopback, port });
    opened.on("error", () => opened.destroy());
    opened.on("close", () => {
      if (socket === opened) socket = undefined;
    });
    // What the other end says is of no interest, but its end must be seen.
    opened.resume();
    return opened;
  }

  return (events) =>
    new Promise((resolve) => {
      socket ??= open();
      const used = socket;
      const cancel = clock.after(telemetrySendMsMax, () => used.destroy());
      function settle(isTaken: boolean): void {
        cancel();
        used.off("close", failed);
        resolve(isTaken);
      }
      function failed(): void {
        settle(false);
      }
      used.once("close", failed);
      used.write(`${events.join("\n")}\n`, (error) => {
        if (!error) settle(true);
      });
    });
}
