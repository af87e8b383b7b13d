/**
 * A few checks for message heads. Not zod: these run in every environment's supervisor, where a schema library would cost
 * more memory and start time than everything else in it, and in the gateway on every frame.
 */

export type Check<T> = (value: unknown, path: string) => T;
export type Checked<C> = C extends Check<infer T> ? T : never;

/** A head that does not fit its message. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

export function text(lengthMax: number): Check<string> {
  return (value, path) => {
    if (typeof value !== "string") throw new ShapeError(`${path} must be a string`);
    if (value.length > lengthMax)
      throw new ShapeError(`${path} has ${value.length} characters; ${lengthMax} are allowed`);
    return value;
  };
}

export function amount(max = Number.MAX_SAFE_INTEGER, min = 0): Check<number> {
  return (value, path) => {
    if (typeof value !== "number" || !(value >= min && value <= max)) {
      throw new ShapeError(`${path} must be a number from ${min} to ${max}`);
    }
    return value;
  };
}

export const flag: Check<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ShapeError(`${path} must be true or false`);
  return value;
};

export function oneOf<const T extends string>(...allowed: T[]): Check<T> {
  return (value, path) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw new ShapeError(`${path} must be one of ${allowed.join(", ")}`);
    return found;
  };
}

export function listOf<T>(item: Check<T>, lengthMax: number): Check<T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > lengthMax) {
      throw new ShapeError(`${path} must be a list of at most ${lengthMax}`);
    }
    return value.map((one, index) => item(one, `${path}[${index}]`));
  };
}

export function mapOf<T>(item: Check<T>, entriesMax: number): Check<Record<string, T>> {
  return (value, path) => {
    if (!isRecord(value)) throw new ShapeError(`${path} must be an object`);
    const entries = Object.entries(value);
    if (entries.length > entriesMax)
      throw new ShapeError(`${path} has ${entries.length} entries; ${entriesMax} are allowed`);
    return Object.fromEntries(entries.map(([key, one]) => [key, item(one, `${path}.${key}`)]));
  };
}

/** Marks a field that may be absent; an absent one stays absent. */
export function maybe<T>(check: Check<T>): Check<T | undefined> {
  return Object.assign(
    ((value, path) => (value === undefined ? undefined : check(value, path))) as Check<T | undefined>,
    {
      optional: true as const,
    },
  );
}

type Fields = Record<string, Check<unknown>>;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: undefined extends Checked<F[K]> ? K : never;
}[keyof F];
export type Shape<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Checked<F[K]> } & {
  [K in OptionalKeys<F>]?: Exclude<Checked<F[K]>, undefined>;
};

/** An object with exactly these fields; unknown ones are dropped, so that an older peer tolerates a newer one. */
export function shape<F extends Fields>(fields: F): Check<Shape<F>> {
  const checks = Object.entries(fields);
  return (value, path) => {
    if (!isRecord(value)) throw new ShapeError(`${path} must be an object`);
    const out: Record<string, unknown> = {};
    for (const [key, check] of checks) {
      const checked = check(value[key], `${path}.${key}`);
      if (checked !== undefined) out[key] = checked;
    }
    return out as Shape<F>;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
