/** How containerd lays images out on disk: overlays, or copies where a folder lies on an overlay itself. */
import { statfsSync } from "node:fs";

export type Snapshotter = "overlayfs" | "native";

const overlayMagic = 0x794c7630;

export function snapshotterFor(folder: string): Snapshotter {
  return statfsSync(folder).type === overlayMagic ? "native" : "overlayfs";
}
