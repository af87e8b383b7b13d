/** Cuts a byte stream into lines: the framing of a Kubernetes watch. */

/** An object is at most 1.5 MB in etcd; JSON and two versions of managed fields leave room under this. Of characters, as decoded. */
const lineCharactersMax = 8 * 1024 * 1024;

/** Yields each non-empty line; a line over the limit throws, since the stream cannot be trusted after it. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  charactersMax = lineCharactersMax,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > charactersMax)
      throw new Error(`a line of the stream is over ${charactersMax} characters`);
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield rest;
}
