/** What the API server checks of code: one source, its size, its paths. What needs the bytes is checked by the operator. */
import { limits } from "../limits.ts";
import type { Rule } from "./field.ts";

const archives = ["inline", "zipFile", "configMap", "url", "s3"];

function exactlyOneSource(sources: string[]): Rule {
  return {
    rule: `[${sources.map((name) => `has(self.${name})`).join(", ")}].filter(x, x).size() == 1`,
    message: `exactly one source of code is needed: one of ${sources.slice(0, -1).join(", ")} and ${sources.at(-1)}`,
  };
}

const hash: Rule[] = [
  {
    rule: "!has(self.url) || has(self.sha256)",
    message: "url needs sha256, the SHA-256 of the archive it leads to",
  },
  {
    rule: "!has(self.sha256) || has(self.url) || has(self.s3)",
    message: "sha256 goes with url or s3 only",
  },
  {
    rule: "!has(self.configMap) || !has(self.configMap.zipKey) || !has(self.configMap.items)",
    message: "configMap takes zipKey or items, not both",
  },
];

const inline: Rule[] = [
  { rule: "self.size() > 0", message: "inline needs at least one file" },
  {
    rule: `self.map(k, size(k) + size(bytes(self[k]))).sum() <= ${limits.inlineCodeBytesMax}`,
    message: `inline code may have ${limits.inlineCodeBytesMax} bytes in all; larger code goes by configMap, url, s3 or imageUri`,
  },
  {
    rule: "self.all(k, k != '' && !k.startsWith('/') && !k.endsWith('/') && !('..' in k.split('/')))",
    message: "paths of inline files are relative and stay inside the code: no leading /, no ..",
  },
];

export const codeRules = {
  inline,
  functionCode: [exactlyOneSource([...archives, "imageUri"]), ...hash],
  layerContent: [exactlyOneSource(archives), ...hash],
};
