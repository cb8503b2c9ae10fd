// What each importable specifier needs: the files evaluated when it is imported, and those behind its dynamic imports.
import path from "node:path";
import { basePlugin, settings } from "./esbuild.mjs";

/**
 * @returns {Promise<{ needs: Map<string, Set<string>>, dynamic: Set<string>, cjs: Set<string> }>}
 *   root (specifier, or absolute file for a dynamic import's target) -> files it evaluates.
 */
export async function scan(esbuild, root, specifiers, replacements) {
  const needs = new Map();
  const cjs = new Set();
  const dynamic = new Set();
  const queue = [...specifiers];
  const dynamicOutside = {
    name: "sdk-dynamic-outside",
    setup(build) {
      build.onResolve({ filter: /^[.@]/ }, async (args) => {
        if (args.kind !== "dynamic-import" || args.pluginData === "plain") return undefined;
        const { path: file, errors } = await build.resolve(args.path, {
          kind: args.kind, importer: args.importer, resolveDir: args.resolveDir, pluginData: "plain",
        });
        if (errors.length > 0) return { errors };
        dynamic.add(file);
        if (!needs.has(file)) queue.push(file);
        return { path: file, external: true };
      });
    },
  };
  const work = async () => {
    for (let target; (target = queue.pop()) !== undefined; ) {
      if (needs.has(target)) continue;
      needs.set(target, undefined);
      const { metafile } = await esbuild.build({
        ...settings,
        minifySyntax: false, // it copies constants between files, which would hide that their file is needed
        absWorkingDir: root,
        stdin: { contents: `export * from ${JSON.stringify(target)}`, resolveDir: root },
        outdir: "out",
        plugins: [dynamicOutside, basePlugin(replacements)],
      });
      const [{ inputs }] = Object.values(metafile.outputs);
      const files = new Set();
      for (const [file, { bytesInOutput }] of Object.entries(inputs))
        if (bytesInOutput > 0 && !/^(lazy:|<stdin>)/.test(file)) files.add(path.join(root, file));
      for (const [file, { format }] of Object.entries(metafile.inputs)) if (format === "cjs") cjs.add(path.join(root, file));
      needs.set(target, files);
    }
  };
  await Promise.all([work(), work(), work()]);
  return { needs, dynamic, cjs };
}
