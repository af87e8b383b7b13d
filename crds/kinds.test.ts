/** The kinds as the rest of the product knows them. */
import { expect, test } from "vitest";
import { resources } from "../kernel/kube/resources.ts";
import { apiGroup, apiVersionName } from "./fields/metadata.ts";
import { kinds } from "./kinds.ts";

test("the Kubernetes port asks for each kind under the name its definition has", () => {
  const asked = Object.values(resources).filter(({ group }) => group === apiGroup);
  const defined = kinds.map(({ plural, kind }) => ({
    group: apiGroup,
    version: apiVersionName,
    plural,
    kind,
  }));
  expect(asked).toEqual(expect.arrayContaining(defined));
  expect(asked).toHaveLength(kinds.length);
});
