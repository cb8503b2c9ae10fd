// What `cargo metadata` says is linked into a package, as a flat list: name, version, license, repository, folder.
// Build scripts and what they need are not in a binary, nor are macros.
(metadata, manifest) => {
  const packages = new Map(metadata.packages.map((it) => [it.id, it]));
  const nodes = new Map(metadata.resolve.nodes.map((it) => [it.id, it]));
  const isMacro = (it) => it.targets.some((target) => target.kind.includes("proc-macro"));
  const found = new Map();
  const visit = (id) => {
    const it = packages.get(id);
    if (found.has(id) || isMacro(it)) return;
    found.set(id, it);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) if (kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(metadata.packages.find((it) => it.manifest_path === manifest).id);
  const folder = (it) => it.manifest_path.slice(0, -"/Cargo.toml".length);
  const sorted = [...found.values()].sort((a, b) => (a.name + " " + a.version < b.name + " " + b.version ? -1 : 1));
  return sorted.flatMap((it) => [it.name, it.version, it.license ?? "", it.repository ?? "", folder(it)]);
}
