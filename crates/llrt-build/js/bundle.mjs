// The bundler of `llrt_build::bundle`: each script with what it imports from npm becomes one ES module.
import { writeFileSync } from "node:fs";
import path from "node:path";

export default async function ({ esbuild, out, args, nodeModules, standIns, writeLicenses }) {
  const { scripts, provide, replace, pure } = JSON.parse(args[0]);
  const metafiles = [];
  for (const script of scripts) {
    const plugin = standIns(
      new Map(provide.map(([name, ...target]) => [name, target])),
      new Map(replace.map(([name, file]) => [name, path.resolve(file)])),
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
      minifySyntax: true,
      legalComments: "none",
      metafile: true,
      write: false,
      outfile: path.basename(script),
    });
    metafiles.push(metafile);
    writeFileSync(path.join(out, path.basename(script)), plugin.imports() + outputFiles[0].text);
  }
  writeLicenses(...metafiles);
}
