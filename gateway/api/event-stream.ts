/**
 * AWS's event-stream encoding, as far as Lambda's answers need it: length, headers of strings, payload, checksums. Pure.
 * `u32 total | u32 headers | u32 crc of those two | headers | payload | u32 crc of all before`, big-endian.
 */
import { crc32 } from "node:zlib";

const preludeBytes = 12;
const crcBytes = 4;
const stringType = 7;

export const payloadChunk = (bytes: Uint8Array): Uint8Array =>
  encode("PayloadChunk", "application/octet-stream", bytes);

export interface Completion {
  ErrorCode?: string;
  ErrorDetails?: string;
  /** base64. */
  LogResult?: string;
}

export const invokeComplete = (completion: Completion): Uint8Array =>
  encode("InvokeComplete", "application/json", Buffer.from(JSON.stringify(completion)));

function encode(eventType: string, contentType: string, payload: Uint8Array): Uint8Array {
  const headers = Buffer.concat([
    header(":event-type", eventType),
    header(":content-type", contentType),
    header(":message-type", "event"),
  ]);
  const message = Buffer.alloc(preludeBytes + headers.length + payload.length + crcBytes);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(headers, preludeBytes);
  message.set(payload, preludeBytes + headers.length);
  const end = message.length - crcBytes;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

/** `u8 length | name | u8 type | u16 length | value`; ours are all short. */
function header(name: string, value: string): Buffer {
  const bytes = Buffer.alloc(1 + name.length + 1 + 2 + value.length);
  bytes.writeUInt8(name.length, 0);
  bytes.write(name, 1, "latin1");
  bytes.writeUInt8(stringType, 1 + name.length);
  bytes.writeUInt16BE(value.length, 2 + name.length);
  bytes.write(value, 4 + name.length, "latin1");
  return bytes;
}
