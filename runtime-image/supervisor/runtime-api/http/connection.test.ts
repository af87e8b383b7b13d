import { expect, test } from "vitest";
import { fc } from "../../../../test/support/properties.ts";
import { apiJoinBytesMax } from "../../limits.ts";
import { createConnection, type Exchange, type Handle, ignored } from "./connection.ts";
import { HttpError } from "./head.ts";

interface Seen {
  line: string;
  body: string;
  trailers: Record<string, string>;
}

/** A connection whose handler answers 200 at the end of each body, and what it saw and wrote. */
function connect(handle?: Handle) {
  const seen: Seen[] = [];
  const written: Buffer[] = [];
  let closed = false;
  const echo: Handle = ({ head, reply }: Exchange) => {
    const pieces: Uint8Array[] = [];
    return {
      chunk: (bytes) => void pieces.push(bytes.slice()),
      end(trailers) {
        const body = Buffer.concat(pieces).toString("latin1");
        seen.push({ line: `${head.method} ${head.path}`, body, trailers: Object.fromEntries(trailers) });
        reply({ status: 200, body: Buffer.from("ok") });
      },
      cut: () => void seen.push({ line: "cut", body: "", trailers: {} }),
    };
  };
  const wire = {
    write: (bytes: Uint8Array) => void written.push(Buffer.from(bytes)),
    close: () => {
      closed = true;
    },
    pause: () => {},
    resume: () => {},
  };
  const connection = createConnection(wire, handle ?? echo);
  return {
    connection,
    seen,
    written,
    isClosed: () => closed,
    output: () => Buffer.concat(written).toString("latin1"),
    pushCut(text: string, cuts: number[]) {
      const bytes = Buffer.from(text, "latin1");
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = cuts[turn % cuts.length] as number;
        connection.push(bytes.subarray(at, at + size));
        at += size;
      }
    },
  };
}

const token = fc.stringMatching(/^[a-z]{1,8}$/);
const bodyText = fc.stringMatching(/^[ -~]{0,40}$/);
const requestText = fc.record({
  path: token,
  chunks: fc.array(fc.stringMatching(/^[ -~]{1,20}$/), { maxLength: 4 }),
  isChunked: fc.boolean(),
  trailer: fc.option(bodyText.filter((text) => text.trim() === text && text !== "")),
});

test("requests survive any way the wire cuts them, chunked or by length, pipelined", () => {
  fc.assert(
    fc.property(
      fc.array(requestText, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (requests, cuts) => {
        const text = requests.map(({ path, chunks, isChunked, trailer }) => {
          const head = `POST /${path} HTTP/1.1\r\nHost: x\r\n`;
          const body = chunks.join("");
          if (!isChunked) return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
          const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
          const trailers = trailer === null ? "" : `X-Trailer: ${trailer}\r\n`;
          return `${head}Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n${trailers}\r\n`;
        });
        const { pushCut, seen, output } = connect();
        pushCut(text.join(""), cuts);
        expect(seen).toEqual(
          requests.map(({ path, chunks, isChunked, trailer }) => ({
            line: `POST /${path}`,
            body: chunks.join(""),
            trailers: isChunked && trailer !== null ? { "x-trailer": trailer } : {},
          })),
        );
        expect(output().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(requests.length);
      },
    ),
  );
});

test("no bytes whatever make it throw", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            "GET / HTTP/1.1\r\n",
            "\r\n",
            "Transfer-Encoding: chunked\r\n",
            "5\r\n",
            "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\n",
          ),
        ),
        { maxLength: 12 },
      ),
      (pieces) => {
        const { connection } = connect();
        for (const piece of pieces) connection.push(Buffer.from(piece));
        connection.closed();
      },
    ),
  );
});

test("a fault of ours is not taken for the client's", () => {
  const { connection } = connect(() => {
    throw new TypeError("ours");
  });
  expect(() => connection.push(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toThrow("ours");
});

test("a client that goes away in the middle of a body is told to the handler, once", () => {
  const { connection, seen } = connect();
  connection.push(Buffer.from("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"));
  connection.closed();
  connection.closed();
  expect(seen).toEqual([{ line: "cut", body: "", trailers: {} }]);
});

test("a reply given before the body's end is sent after it", () => {
  const { connection, output, isClosed } = connect(({ reply }) => {
    reply({ status: 403, json: {} });
    return { chunk: () => {}, end: () => {}, cut: () => {} };
  });
  connection.push(Buffer.from("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"));
  expect(output()).toBe("");
  connection.push(Buffer.from("cd"));
  expect(output()).toContain("403 Forbidden");
  expect(isClosed()).toBe(false);
});

test("a reply leaves with that of a request sent right behind, in one write", () => {
  const late: Array<Exchange["reply"]> = [];
  const { connection, written } = connect(({ head, reply }) => {
    if (head.method === "GET") late.push(reply);
    else reply({ status: 202, json: {} });
    return ignored;
  });
  connection.push(Buffer.from("POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\n\r\n"));
  expect(written).toHaveLength(0);
  late[0]?.({ status: 200, body: Buffer.from("event") });
  expect(written).toHaveLength(1);
  expect(written.toString()).toMatch(/^HTTP\/1.1 202 Accepted[\s\S]*HTTP\/1.1 200 OK[\s\S]*event$/);
});

test("a large body is written as it is, behind its head, and a small one in one write with it", () => {
  for (const [bytes, writes] of [
    [apiJoinBytesMax, 1],
    [apiJoinBytesMax + 1, 2],
  ] as const) {
    const body = Buffer.alloc(bytes, "x");
    const written: Uint8Array[] = [];
    const wire = {
      write: (piece: Uint8Array) => void written.push(piece),
      close() {},
      pause() {},
      resume() {},
    };
    const connection = createConnection(wire, ({ reply }) => {
      reply({ status: 200, body });
      return ignored;
    });
    connection.push(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    expect([written.length, written.includes(body)]).toEqual([writes, writes === 2]);
    expect(Buffer.concat(written).toString()).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Length: \d+\r\n\r\nx+$/);
  }
});

test("a client that waits for 100 Continue gets it", () => {
  const { connection, output } = connect();
  connection.push(Buffer.from("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  expect(output()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
});

test("Connection: close and HTTP/1.0 are honoured", () => {
  for (const text of ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"]) {
    const { connection, output, isClosed } = connect();
    connection.push(Buffer.from(text));
    expect(output()).toContain("Connection: close");
    expect(isClosed()).toBe(true);
  }
});

test("a reply's header cannot smuggle another", () => {
  const { connection, output } = connect(({ reply }) => {
    reply({ status: 200, headers: [["X", "a\r\nY: b"]] });
    return { chunk: () => {}, end: () => {}, cut: () => {} };
  });
  connection.push(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  expect(output()).toContain("X: a  Y: b\r\n");
});

test("a handler may refuse a body in its middle", () => {
  const { connection, output, isClosed } = connect(() => ({
    chunk: () => {
      throw new HttpError(413, "enough");
    },
    end: () => {},
    cut: () => {},
  }));
  connection.push(Buffer.from("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"));
  expect(output()).toContain("413");
  expect(isClosed()).toBe(true);
});
