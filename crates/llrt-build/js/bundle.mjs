// The bundler of `llrt_build::bundle`: each script with what it imports from npm becomes one ES module.
import { writeFileSync } from "node:fs";
import path from "node:path";

export default async function ({ esbuild, root, out, args, nodeModules, standIns, writeLicenses }) {
  const bundles = JSON.parse(args[0]).flatMap(({ scripts, ...options }) =>
    scripts.map((script) => ({ script, ...options })),
  );
  const metafiles = [];
  for (const { script, provide, replace, pure, define, patches } of bundles) {
    const { plugin, imports } = standIns(
      new Map(provide.map(([name, ...target]) => [name, target])),
      new Map(replace),
      patches,
    );
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [script],
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "es2023",
      external: ["node:*", "internal:*", "native:*", "llrt:*"],
      nodePaths: [nodeModules],
      plugins: [plugin],
      pure,
      define: Object.fromEntries(define),
      absWorkingDir: root,
      minifySyntax: true,
      legalComments: "none",
      metafile: true,
      write: false,
      outfile: path.basename(script),
    });
    metafiles.push(metafile);
    writeFileSync(path.join(out, path.basename(script)), imports() + outputFiles[0].text);
  }
  writeLicenses(...metafiles);
}
