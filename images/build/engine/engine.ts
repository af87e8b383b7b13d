/** The port to whatever builds images on this machine. */
export interface Engine {
  readonly name: "buildah" | "podman" | "docker";
  /** The full names, tag included, of what lies here of one repository: `localhost/kambda/nats:0f3a…`. */
  readonly list: (repository: string) => Promise<readonly string[]>;
  readonly remove: (tag: string) => Promise<void>;
  readonly build: (request: BuildRequest) => Promise<void>;
  /** Writes an archive that `ctr images import` and `docker load` take, in which the image bears `reference`. */
  readonly save: (tag: string, reference: string, archive: string) => Promise<void>;
}

export interface BuildRequest {
  /** Folder that holds the Dockerfile and everything it copies. */
  readonly context: string;
  readonly tag: string;
  readonly args: Readonly<Record<string, string>>;
  /** Whether everything it starts from must be here already; otherwise missing bases are pulled. */
  readonly offline: boolean;
  readonly onLine: (line: string) => void;
}

export function buildArguments(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
}

export function lines(output: string): string[] {
  return output.split("\n").filter((line) => line !== "");
}
