/**
 * Whether what a Function refers to is there. Of Secrets only the metadata is asked: their values are the kubelet's business.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { annotations } from "../../crds/labels.ts";
import { isReason, type Kube, type ObjectMeta, type Resource } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Problem } from "./problem.ts";

export async function problemsOf(kube: Kube, of: FunctionObject): Promise<Problem[]> {
  const { namespace } = of.metadata;
  const { role, fileSystem, environment } = of.spec;
  const found = await Promise.all([
    role === undefined ? undefined : roleProblem(kube, namespace, role),
    fileSystem === undefined
      ? undefined
      : missing(
          kube,
          resources.persistentVolumeClaims,
          namespace,
          fileSystem.claimName,
          "spec.fileSystem.claimName",
        ),
    ...(environment?.from ?? []).map(({ name, secretKeyRef, configMapKeyRef }) => {
      const field = `spec.environment.from (${name})`;
      const reference = secretKeyRef ?? configMapKeyRef;
      if (reference === undefined || reference.optional === true) return undefined;
      const resource = secretKeyRef === undefined ? resources.configMaps : resources.secrets;
      return missing(kube, resource, namespace, reference.name, field);
    }),
  ]);
  return found.filter((one) => one !== undefined);
}

async function roleProblem(kube: Kube, namespace: string, role: string): Promise<Problem | undefined> {
  const account = await metadataOf(kube, resources.serviceAccounts, namespace, role);
  if (account === undefined) {
    const message = `The role ${role} does not exist: create ServiceAccount ${role} in namespace ${namespace} with the annotation ${annotations.assumable}: "true", or change spec.role.`;
    return { reasonCode: "RoleNotFound", message, passing: true };
  }
  if (account !== "forbidden" && account.annotations?.[annotations.assumable] !== "true") {
    const message = `ServiceAccount ${role} is no role: functions may take it only when it carries the annotation ${annotations.assumable}: "true".`;
    return { reasonCode: "RoleNotAssumable", message, passing: true };
  }
  return undefined;
}

async function missing(
  kube: Kube,
  resource: Resource,
  namespace: string,
  name: string,
  field: string,
): Promise<Problem | undefined> {
  if ((await metadataOf(kube, resource, namespace, name)) !== undefined) return undefined;
  const message = `${resource.kind} ${name} in namespace ${namespace} does not exist, but ${field} names it: create it, or change ${field}.`;
  return { reasonCode: "InvalidConfiguration", message, passing: true };
}

/** What we may not look at is taken to be there: the kubelet will say if it is not. */
async function metadataOf(
  kube: Kube,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<ObjectMeta | "forbidden" | undefined> {
  try {
    return await kube.getMetadata(resource, { namespace, name });
  } catch (error) {
    if (isReason(error, "Forbidden")) return "forbidden";
    throw error;
  }
}
