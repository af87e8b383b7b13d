/** An image's reference, taken apart as container runtimes do, purely. */

export interface ImageReference {
  /** Host and port of the registry. */
  registry: string;
  repository: string;
  /** Tag or digest. */
  version: string;
}

/** What `docker.io` is called when it is spoken to. */
const dockerRegistry = "registry-1.docker.io";

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const repositoryForm = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
/** A tag or a digest; nothing that could change the path it stands in. */
export const versionForm = /^[A-Za-z0-9_][A-Za-z0-9_+.:-]{0,255}$/;

/** Undefined for what no container runtime takes. */
export function parseImage(uri: string): ImageReference | undefined {
  const [named = "", digest] = uri.split("@", 2);
  const slash = named.indexOf("/");
  const first = slash < 0 ? "" : named.slice(0, slash);
  const hasRegistry = first.includes(".") || first.includes(":") || first === "localhost";
  const rest = hasRegistry ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(":");
  const tag = colon > rest.lastIndexOf("/") ? rest.slice(colon + 1) : undefined;
  const path = tag === undefined ? rest : rest.slice(0, colon);
  const version = digest ?? tag ?? "latest";
  if (!repositoryForm.test(path) || !versionForm.test(version)) return undefined;
  const isDocker = !hasRegistry || first === "docker.io" || first === "index.docker.io";
  return {
    registry: isDocker ? dockerRegistry : first,
    repository: isDocker && !path.includes("/") ? `library/${path}` : path,
    version,
  };
}
