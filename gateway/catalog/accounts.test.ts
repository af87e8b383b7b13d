import { expect, test } from "vitest";
import { accountIdOf } from "../../crds/names.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction } from "../../kernel/testing/objects.ts";
import { createTestRandom } from "../../kernel/testing/quiet.ts";
import { createCatalog } from "./catalog.ts";

test("an account id means its namespace while that has functions, or while settings name it", () => {
  const settings = settingsSchema.parse({ account: { ids: { named: "123456789012" } } });
  const catalog = createCatalog({ random: createTestRandom() }, { settings, poolShapeOf: () => undefined });
  const known = () => [accountIdOf("team"), "123456789012"].map((id) => catalog.namespaceOf(id));
  expect(known()).toEqual([undefined, "named"]);
  for (const namespace of ["team", "named"]) {
    for (const name of ["one", "two", "two"])
      catalog.functionChanged(`${namespace}/${name}`, aFunction({}, { name, namespace }));
    expect(catalog.namespaceOf(accountIdOf(namespace, settings.account.ids))).toBe(namespace);
    catalog.functionChanged(`${namespace}/one`, undefined);
    catalog.functionChanged(`${namespace}/one`, undefined);
    expect(catalog.namespaceOf(accountIdOf(namespace, settings.account.ids))).toBe(namespace);
    catalog.functionChanged(`${namespace}/two`, undefined);
  }
  expect(known()).toEqual([undefined, "named"]);
});
