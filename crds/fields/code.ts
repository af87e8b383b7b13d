/** Where a function's code comes from. Exactly one source. */
import { limits } from "../limits.ts";
import { codeRules } from "./coderules.ts";
import { awsAccess } from "./destination.ts";
import { flag, listByKey, map, object, text } from "./field.ts";
import { patterns } from "./pattern.ts";

const configMap = object(
  "A ConfigMap in this namespace; each of its keys is a file, or one key is a zip archive. Read when spec.code changes, not when the ConfigMap does: give another name.",
  {
    name: text("Name of the ConfigMap.", 253, patterns.objectName),
    zipKey: text("The key of binaryData that holds a zip archive.", 253, patterns.secretKey).optional(),
    items: listByKey(
      "Keys to take and the paths they go to; every key under its own name unless set.",
      object("One file.", {
        key: text("The key in the ConfigMap.", 253, patterns.secretKey),
        path: text("Its path in the code, relative.", 1024, /^[^/]/),
      }),
      limits.inlineFilesMax,
      ["key"],
    ).optional(),
  },
);

const s3 = object("A zip archive in an S3 bucket, AWS's or any compatible one.", {
  bucket: text("Name of the bucket.", 255, patterns.noBlank),
  key: text("Key of the object.", 1024).min(1),
  objectVersion: text(
    "Version of the object; unless set the newest there is when spec.code changes.",
    1024,
  ).optional(),
  forcePathStyle: flag("Put the bucket in the path, not in the host; on where endpoint is set.").optional(),
  ...awsAccess,
});

/** The archive sources, which layers have too. */
const archiveSources = {
  inline: map(
    "Files by their path, text only, at most 180 KB in all.",
    text("The file's content.", limits.inlineCodeBytesMax),
    limits.inlineFilesMax,
    codeRules.inline,
  ).optional(),
  zipFile: text(
    "A zip archive in base64, at most 180 KB of archive; larger ones go by url, s3 or the API.",
    (limits.inlineCodeBytesMax * 4) / 3,
    patterns.base64Text,
  ).optional(),
  configMap: configMap.optional(),
  url: text("HTTP(S) address of a zip archive; needs sha256.", 2048, patterns.httpUrl).optional(),
  sha256: text(
    "SHA-256 of the archive at url or s3, in hexadecimal or base64; another archive is refused.",
    64,
    patterns.sha256Either,
  ).optional(),
  s3: s3.optional(),
};

export const functionCode = object(
  "The code: exactly one of inline, zipFile, configMap, url (with sha256), s3 and imageUri.",
  {
    ...archiveSources,
    imageUri: text("A container image that holds the function.", 512, patterns.noBlank).optional(),
  },
  codeRules.functionCode,
);

export const layerContent = object(
  "The layer's files: exactly one of inline, zipFile, configMap, url (with sha256) and s3.",
  archiveSources,
  codeRules.layerContent,
);
