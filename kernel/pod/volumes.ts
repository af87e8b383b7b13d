/** What an environment's container mounts: scratch space of its own, the link's token, and for images the supervisor. */
import type { RevisionSpec } from "../../crds/revision/schema.ts";

/** Code and layers together may unpack to 250 MB; directories and block sizes take a little more. */
const codeMb = 300;
export const tokenSeconds = 600;
export const tokenAudience = "kambda-link";
export const tokenPath = "/var/run/kambda/token";

export interface Mounted {
  volume: Record<string, unknown> & { name: string };
  mount: { name: string; mountPath: string; readOnly?: boolean };
}

function scratch(name: string, mountPath: string, sizeMb: number): Mounted {
  return { volume: { name, emptyDir: { sizeLimit: `${sizeMb}Mi` } }, mount: { name, mountPath } };
}

export function tmp(sizeMb: number): Mounted {
  return scratch("tmp", "/tmp", sizeMb);
}

/** Where a zip function's archive and its layers are unpacked. */
export function code(): Mounted[] {
  return [scratch("task", "/var/task", codeMb), scratch("opt", "/opt", codeMb)];
}

/** Proves to the gateway which pod speaks; good for nothing else. */
export function linkToken(): Mounted {
  const serviceAccountToken = { audience: tokenAudience, expirationSeconds: tokenSeconds, path: "token" };
  return {
    volume: { name: "link", projected: { sources: [{ serviceAccountToken }] } },
    mount: { name: "link", mountPath: "/var/run/kambda", readOnly: true },
  };
}

export const supervisorVolume = "kambda";
/** The Bun binary and the supervisor's bundle. */
const supervisorMb = 256;

/** Filled by an init container, since a function's own image does not hold the supervisor. */
export function supervisor(): Mounted {
  const { volume, mount } = scratch(supervisorVolume, "/kambda", supervisorMb);
  return { volume, mount: { ...mount, readOnly: true } };
}

export function fileSystem(of: NonNullable<RevisionSpec["fileSystem"]>): Mounted {
  const { claimName, localMountPath, readOnly } = of;
  return {
    volume: { name: "file-system", persistentVolumeClaim: { claimName, readOnly } },
    mount: { name: "file-system", mountPath: localMountPath, readOnly },
  };
}
