// The door to every npm script: makes sure the pinned packages are installed, then hands over to Bun.
// Plain JavaScript for whatever Node.js the machine has: nothing else may be assumed on an empty machine.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bun = join(root, "node_modules/.bin/bun");
const installed = join(root, "node_modules/.package-lock.json");
const lock = join(root, "package-lock.json");
const verbs = ["start", "stop", "test", "prove", "bench", "check"];

const [verb, ...rest] = process.argv.slice(2);
if (!verbs.includes(verb)) fail(`usage: npm run ${verbs.join(" | ")}`);
if (process.platform !== "linux" || process.arch !== "x64") {
  fail(
    `this checkout runs on Linux x86_64; this machine is ${process.platform} ${process.arch}. On another machine install the chart: helm install kambda charts/kambda`,
  );
}
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) install();
const { status, signal } = spawnSync(bun, [join(root, "start/main.ts"), verb, ...rest], {
  cwd: root,
  stdio: "inherit",
});
process.exit(signal ? 130 : (status ?? 1));

function install() {
  const { packages } = JSON.parse(readFileSync(lock, "utf8"));
  console.log(`installing ${Object.keys(packages).length} pinned packages (once; about a minute)`);
  // Not `npm ci`: it refuses a lockfile that lacks an optional binary of some other platform, as a lockfile does that
  // was made with a registry mirror without them. `--no-save` keeps to the lockfile all the same.
  const { status, error } = spawnSync(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  if (error) fail(`npm could not be run: ${error.message}`);
  if (status !== 0) fail("npm install failed; mend what it says above and run the same command again");
  // npm 11 holds install scripts back unless they are approved: Bun's links its binary in.
  if (spawnSync(bun, ["--version"], { stdio: "ignore" }).status !== 0) {
    const linked = spawnSync(process.execPath, [join(root, "node_modules/bun/install.js")], {
      cwd: join(root, "node_modules/bun"),
      stdio: "inherit",
    });
    if (linked.status !== 0) fail("Bun's binary could not be set up; run: npm rebuild bun");
  }
}

function fail(sentence) {
  console.error(`kambda: ${sentence}`);
  process.exit(2);
}
