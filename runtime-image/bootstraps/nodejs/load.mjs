/** Finds the handler a function names: `file.export`, `dir/file.export`, `file.object.method`. */
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeError } from "./errors.mjs";

/** Tried in order, after the name as it is; the TypeScript ones run as they are, their types stripped by Node. */
const extensions = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];

/**
 * @param {string} root LAMBDA_TASK_ROOT
 * @param {string} name _HANDLER
 */
export async function loadHandler(root, name) {
  if (name.includes("..")) {
    throw runtimeError(
      "Runtime.MalformedHandlerName",
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const [, file, path] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (file === undefined) throw runtimeError("Runtime.MalformedHandlerName", "Bad handler");
  const folder = name.slice(0, name.length - basename(name).length);
  const loaded = await loadModule(root, folder, file);
  const handler = find(loaded, path) ?? find(loaded?.default, path);
  if (handler === undefined || handler === null) {
    throw runtimeError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (typeof handler !== "function")
    throw runtimeError("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

const find = (from, path) =>
  path
    .split(".")
    .reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), from);

async function loadModule(root, folder, file) {
  const start = resolve(root, folder, file);
  const found = extensions
    .map((extension) => start + extension)
    .find((path) => existsSync(path) && statSync(path).isFile());
  try {
    if (found !== undefined) return await loadFile(found);
    const require = createRequire(join(root, "index.js"));
    return require(require.resolve(file, { paths: [root, join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw runtimeError("Runtime.UserCodeSyntaxError", String(error), error.stack);
    const code = error?.code;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw runtimeError("Runtime.ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  }
}

/** CommonJS through `require`, so that `module.exports` is what the author wrote; the rest, and what only looked so, as ES module. */
async function loadFile(path) {
  const url = pathToFileURL(path).href;
  if (/\.m[jt]s$/.test(path)) return await import(url);
  try {
    return createRequire(path)(path);
  } catch (error) {
    // An ES module that awaits at its top level cannot be required; Node says so before it runs any of it.
    if (error?.code === "ERR_REQUIRE_ASYNC_MODULE" || error?.code === "ERR_REQUIRE_ESM")
      return await import(url);
    throw error;
  }
}
