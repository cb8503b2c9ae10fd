/** All of `node:util`, and an import that does not wait. */
declare module "llrt:util" {
  import * as util from "node:util";
  export * from "node:util";

  /**
   * The namespace that `import(specifier)` in the calling file would give, at once: `specifier` is a path, a URL, a package's or a
   * built-in module's name.
   *
   * @throws `ERR_REQUIRE_ASYNC_MODULE` when the module, or one that it imports, awaits at its top level; `ERR_MODULE_NOT_FOUND`; what
   * evaluating it threw
   */
  export function dimport<T = any>(specifier: string): T;

  const llrtUtil: typeof util & { dimport: typeof dimport };
  export default llrtUtil;
}
