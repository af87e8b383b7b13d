import { expect, test } from "vitest";
import { findReferences, type Schema } from "./references.ts";

const named: Schema = { properties: { name: {} } };

test("finds what a spec names: roles, Secrets, ConfigMaps and volumes, in objects and in lists", () => {
  const spec: Schema = {
    properties: {
      role: {},
      description: {},
      environment: {
        properties: {
          from: { items: { properties: { name: {}, secretKeyRef: named, configMapKeyRef: named } } },
        },
      },
      source: { properties: { tls: { properties: { caSecret: named } }, credentialsSecret: named } },
      code: {
        properties: {
          configMap: { properties: { name: {}, items: { items: { properties: { key: {} } } } } },
        },
      },
      fileSystem: { properties: { claimName: {} } },
    },
  };
  expect(findReferences(spec)).toEqual({
    serviceaccounts: ["role"],
    secrets: [
      "environment.from[].secretKeyRef.name",
      "source.tls.caSecret.name",
      "source.credentialsSecret.name",
    ],
    configmaps: ["environment.from[].configMapKeyRef.name", "code.configMap.name"],
    persistentvolumeclaims: ["fileSystem.claimName"],
  });
});

test("takes no field for a reference that names no object", () => {
  expect(
    findReferences({ properties: { clientSecret: {}, secretary: { properties: { age: {} } } } }).secrets,
  ).toEqual([]);
});
