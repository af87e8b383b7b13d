/** Aliases as they were just read from the API server, brought into the catalog ahead of its watch. */
import { parseAlias } from "../../crds/alias/schema.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import type { Catalog } from "./catalog.ts";

export interface Anew {
  /** Names of the Revisions it goes to that no watch has told of yet: they are to be read first. */
  missingOf(alias: KubeObject): string[];
  revisionRead(raw: KubeObject): void;
  aliasRead(raw: KubeObject): void;
}

export function createAnew(catalog: Pick<Catalog, "revision" | "revisionChanged" | "aliasChanged">): Anew {
  return {
    missingOf(raw) {
      const { metadata, status } = parseAlias(raw);
      const names = (status.routes ?? []).map(({ revision }) => revision);
      return names.filter((name) => catalog.revision(`${metadata.namespace}/${name}`) === undefined);
    },
    revisionRead: (raw) => catalog.revisionChanged(keyOf(raw), parseRevision(raw)),
    aliasRead: (raw) => catalog.aliasChanged(keyOf(raw), parseAlias(raw)),
  };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
