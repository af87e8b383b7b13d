/** Errors in the forms Lambda gives them: for the caller, for the log, for X-Ray. */

/** An error of the runtime's own, with Lambda's name for it. */
export function runtimeError(name, message, stack) {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  else error.stack = `${name}: ${message}\n${error.stack.split("\n").slice(1).join("\n")}`;
  return error;
}

/** What the caller gets. */
export function toAnswer(error) {
  try {
    if (isError(error)) {
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack ?? "").split("\n"),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch (failure) {
    // A getter or toString of the user's threw: the caller is still owed an answer.
    return {
      errorType: "handled",
      errorMessage: `the function failed with an error that could not be read: ${failure?.name ?? typeof failure}`,
      trace: [],
    };
  }
}

/** For the log: everything the error carries. */
export function toLogLine(error) {
  try {
    return (
      JSON.stringify(error, (_key, value) => (isError(value) ? withFields(value) : value)) ?? String(error)
    );
  } catch (failure) {
    if (failure === undefined) return "undefined";
    return JSON.stringify(toAnswer(error));
  }
}

function withFields(error) {
  const fields = { errorType: error.name, errorMessage: error.message, code: error.code, ...error };
  return typeof error.stack === "string" ? { ...fields, stack: error.stack.split("\n") } : fields;
}

export function toXrayCause(error) {
  if (!isError(error)) return undefined;
  const stack = String(error.stack ?? "")
    .split("\n")
    .slice(1)
    .map(toFrame);
  const paths = [...new Set(stack.map(({ path }) => path))];
  const exceptions = [{ type: error.name, message: error.message, stack }];
  return JSON.stringify({ working_directory: process.cwd(), exceptions, paths });
}

function toFrame(line) {
  const words = line
    .trim()
    .replace(/[()]/g, "")
    .replace(/^at\s+/, "");
  const space = words.lastIndexOf(" ");
  const [path, row] = words.slice(space + 1).split(/:(?=\d)/);
  return { path, line: Number(row ?? 0), label: space < 0 ? "anonymous" : words.slice(0, space) };
}

/** Also errors of another realm (`vm`), which are no instances of ours. */
function isError(value) {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}
