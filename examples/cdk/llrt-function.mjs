// A construct: a function whose handler is bundled by esbuild and runs on LLRT, which comes from a layer.
import path from "node:path";
import { Annotations } from "aws-cdk-lib";
import { Architecture, Code, Function as LambdaFunction, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import { Construct } from "constructs";

/** The runtime as a layer, for all functions of a stack. */
export class LlrtLayer extends LayerVersion {
  /**
   * @param {Construct} scope
   * @param {string} id
   * @param {{ zip: string, architecture: Architecture }} props `zip`: llrt-layer-*.zip
   */
  constructor(scope, id, { zip, architecture }) {
    super(scope, id, {
      code: Code.fromAsset(zip),
      license: "Apache-2.0",
      compatibleRuntimes: [Runtime.PROVIDED_AL2023],
      compatibleArchitectures: [architecture],
    });
  }
}

/** A function on LLRT. What Function takes, it takes. */
export class LlrtFunction extends Construct {
  /**
   * @param {Construct} scope
   * @param {string} id
   * @param {{ entry: string, layer: LlrtLayer, architecture: Architecture, handler?: string }} props `entry`: the handler's file, JavaScript
   * or TypeScript
   */
  constructor(scope, id, { entry, layer, handler = "handler", ...rest }) {
    super(scope, id);
    this.function = new LambdaFunction(this, "Function", {
      memorySize: 128,
      ...rest,
      runtime: Runtime.PROVIDED_AL2023,
      handler: `index.${handler}`,
      layers: [layer, ...(rest.layers ?? [])],
      code: Code.fromAsset(path.dirname(entry), { bundling: { image: Runtime.PROVIDED_AL2023.bundlingImage, local: bundler(this, entry) } }),
    });
  }
}

/** Bundles on this machine: no container is asked. */
function bundler(construct, entry) {
  return {
    tryBundle(outdir) {
      const { warnings } = buildSync({
        entryPoints: [entry],
        outfile: path.join(outdir, "index.mjs"),
        bundle: true,
        minify: true,
        format: "esm",
        platform: "node",
        target: "es2023",
        mainFields: ["module", "main"],
        // Built into LLRT's std and full tiers.
        external: ["@aws-sdk/*", "@smithy/*"],
        logLevel: "silent",
      });
      for (const { text } of warnings) Annotations.of(construct).addWarningV2("llrt:esbuild", text);
      return true;
    },
  };
}
