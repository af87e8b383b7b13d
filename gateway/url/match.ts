/** Which function URL a request is for: `<id>.<domain>` by its host, or `/<id>/…` by its path where that is switched on. */

export interface UrlMatch {
  id: string;
  /** The host without its port. */
  domainName: string;
  /** What is left for the function. */
  path: string;
}

export interface UrlForms {
  domain: string;
  pathForm: boolean;
}

const idPattern = /^[a-z0-9]{32}$/;
const pathPattern = /^\/([a-z0-9]{32})(\/.*)?$/;

export function matchUrl(host: string | undefined, path: string, forms: UrlForms): UrlMatch | undefined {
  // A name may be written as absolute, with a dot at its end.
  const domainName = (host ?? "").toLowerCase().replace(/\.?(:\d+)?$/, "");
  if (domainName.endsWith(`.${forms.domain}`)) {
    const id = domainName.slice(0, -forms.domain.length - 1);
    if (idPattern.test(id)) return { id, domainName, path };
  }
  if (!forms.pathForm) return undefined;
  const inPath = pathPattern.exec(path);
  const id = inPath?.[1];
  return id === undefined ? undefined : { id, domainName, path: inPath?.[2] ?? "/" };
}
