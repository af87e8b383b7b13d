/** A request for an alias runs the version the placer drew, which this gateway may not have heard of. */
import type { Catalog } from "../catalog/catalog.ts";
import type { InvokeRequest } from "../invoke/request.ts";

/** False while the watches have not told of the Revision: the request asks again, until they have. */
export function follow(
  request: InvokeRequest,
  revisionKey: string,
  catalog: Pick<Catalog, "callableOf">,
): boolean {
  const { url, qualifier, target } = request.callable;
  if (target.key === revisionKey) return true;
  const callable = catalog.callableOf(revisionKey);
  if (callable === undefined) return false;
  request.callable = qualifier === undefined ? { ...callable, url } : { ...callable, url, qualifier };
  return true;
}
