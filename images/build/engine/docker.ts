/** Docker, and Podman, which takes the same commands. */
import { run } from "../../../program/run.ts";
import { buildArguments, type Engine, lines } from "./engine.ts";

export function createDocker(program: "docker" | "podman"): Engine {
  return {
    name: program,
    list: async (repository) => {
      const { stdout } = await run(program, ["images", "--format", "{{.Repository}}:{{.Tag}}", repository]);
      return lines(stdout);
    },
    remove: async (tag) => {
      await run(program, ["rmi", tag]);
    },
    build: async ({ context, tag, args, onLine }) => {
      await run(program, ["build", "--progress", "plain", ...buildArguments(args), "--tag", tag, context], {
        onLine,
      });
    },
    save: async (tag, reference, archive) => {
      await run(program, ["tag", tag, reference]);
      const format = program === "podman" ? ["--format", "oci-archive"] : [];
      await run(program, ["save", ...format, "--output", archive, reference]);
    },
  };
}
