/**
 * Aliases as they were just read from the API server, brought into the catalog ahead of its watch. An object that makes no sense is an
 * Error, as it is to a watch: the last good one stays.
 */
import { parseAlias } from "../../crds/alias/schema.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { cacheKey, parsedOr } from "../../kernel/reflector/cache.ts";
import type { Catalog } from "./catalog.ts";

export interface Anew {
  /** Names of the Revisions it goes to that no watch has told of yet: they are to be read first. */
  missingOf(alias: KubeObject): string[] | Error;
  revisionRead(raw: KubeObject): Error | undefined;
  aliasRead(raw: KubeObject): Error | undefined;
}

export function createAnew(catalog: Pick<Catalog, "revision" | "revisionChanged" | "aliasChanged">): Anew {
  return {
    missingOf(raw) {
      const alias = parsedOr(parseAlias, raw);
      if (alias instanceof Error) return alias;
      const { metadata, status } = alias;
      const names = (status.routes ?? []).map(({ revision }) => revision);
      return names.filter((name) => catalog.revision(`${metadata.namespace}/${name}`) === undefined);
    },
    revisionRead: (raw) => read(raw, parseRevision, catalog.revisionChanged),
    aliasRead: (raw) => read(raw, parseAlias, catalog.aliasChanged),
  };
}

function read<T>(
  raw: KubeObject,
  parse: (raw: KubeObject) => T,
  changed: (key: string, now: T) => void,
): Error | undefined {
  const parsed = parsedOr(parse, raw);
  if (parsed instanceof Error) return parsed;
  changed(cacheKey(raw.metadata), parsed);
  return undefined;
}
