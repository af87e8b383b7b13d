/**
 * An image's identity: the hash of everything that goes into it. Equal identity means the archive in the
 * cache is the image; so whatever changes the result must be among the inputs. Pure.
 */
import { createHash } from "node:crypto";

/** What the Dockerfile makes, with nothing on top. */
export interface GroundInputs {
  readonly name: string;
  /** Digest of the folder with the Dockerfile. */
  readonly folderDigest: string;
  readonly args: Readonly<Record<string, string>>;
  /** Identity of the base, or `none`. */
  readonly base: string;
  /** Build argument → identity of the image of ours it names. */
  readonly on: Readonly<Record<string, string>>;
  /** Path in the build context → digest of what lies there. */
  readonly context: Readonly<Record<string, string>>;
}

export interface ImageInputs {
  /** Identity of the ground. */
  readonly ground: string;
  /** The version is in the reference that the archive carries. */
  readonly version: string;
  /** Path in the image → digest of what lies there. */
  readonly top: Readonly<Record<string, string>>;
}

/** Raise it when the builder itself changes what it makes of the same inputs. */
const builderGeneration = 2;

export function groundIdentity(inputs: GroundInputs): string {
  return hashed(inputs);
}

export function imageIdentity(inputs: ImageInputs): string {
  return hashed(inputs);
}

function hashed(inputs: object): string {
  return createHash("sha256")
    .update(JSON.stringify([builderGeneration, canonical(inputs)]))
    .digest("hex");
}

/** Objects with their keys sorted, so that the order in which a recipe is written does not matter. */
function canonical(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, canonical(member)]);
}
