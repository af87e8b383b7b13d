/** Which images to build, in which order: those asked for and what they stand on, dependencies first. Pure. */

export interface Orderable {
  readonly name: string;
  /** Names of the images of ours it stands on. */
  readonly on: readonly string[];
}

export function buildOrder<Image extends Orderable>(
  all: readonly Image[],
  wanted: readonly string[],
): Image[] {
  const byName = new Map(all.map((image) => [image.name, image]));
  const ordered = new Set<Image>();
  const visit = (name: string, path: readonly string[]): void => {
    const image = byName.get(name);
    if (image === undefined) throw new UnknownImageError(name, [...byName.keys()]);
    if (path.includes(name))
      throw new Error(`images stand on each other in a circle: ${[...path, name].join(" → ")}`);
    for (const dependency of image.on) visit(dependency, [...path, name]);
    ordered.add(image);
  };
  for (const name of wanted) visit(name, []);
  return [...ordered];
}

export class UnknownImageError extends Error {
  constructor(name: string, known: readonly string[]) {
    super(`there is no image "${name}"; there are: ${known.join(", ")}`);
  }
}
