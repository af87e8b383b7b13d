/** One 512-byte tar header to its facts. Pure. */

/** An archive that is damaged or reaches outside its root. */
export class TarError extends Error {
  override name = "TarError";
}

export interface TarHeader {
  path: string;
  mode: number;
  size: number;
  type: string;
  target: string;
}

/** An archive ends with blocks of zeros. */
export const isEnd = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

export function readHeader(block: Uint8Array): TarHeader {
  const header = Buffer.from(block.buffer, block.byteOffset, block.length);
  checkSum(header);
  const prefix = header.toString("latin1", 257, 262) === "ustar" ? readText(header, 345, 155) : "";
  const name = readText(header, 0, 100);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    mode: readOctal(header, 100, 8, "mode") & 0o777,
    size: readOctal(header, 124, 12, "size"),
    type: String.fromCharCode(header[156] ?? 0),
    target: readText(header, 157, 100),
  };
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (let index = 0; index < header.length; index++) {
    sum += index >= 148 && index < 156 ? 32 : (header[index] as number);
  }
  if (sum !== readOctal(header, 148, 8, "checksum")) throw new TarError("a header's checksum is wrong");
}

function readOctal(header: Buffer, start: number, length: number, what: string): number {
  const text = readText(header, start, length).trim();
  if (!/^[0-7]*$/.test(text)) throw new TarError(`a header's ${what} is no octal number`);
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function readText(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}
