// Which chunk each file belongs to.
//
// A specifier's own chunk holds the files of that package (or submodule) that nobody else needs at start. Files that
// clients share sit in shared chunks, one for each set of clients that evaluates the same files, so that importing one
// client evaluates what that client needs and little else. What most clients need is one chunk, `internal:sdk/core`.
import path from "node:path";
import { ownFile, ownFolder } from "./esbuild.mjs";
import { digest } from "./replacements.mjs";
import { isStandard, isTop } from "./tiers.mjs";

const scopedFile = /node_modules[\\/](@[^\\/]+[\\/][^\\/]+|[^@\\/][^\\/]*)[\\/](.*)$/;

/** The package and the path inside it, of a file below node_modules. */
export function owner(file) {
  const found = scopedFile.exec(file);
  return found ? { name: found[1], inside: found[2] } : undefined;
}

export class Partition {
  #shared = new Map();
  #specOf = new Map();
  #dynamic;
  #inline;

  /**
   * @param {{ needs: Map<string, Set<string>>, dynamic: Set<string>, cjs: Set<string> }} graph of the clients
   * @param {Map<string, string>} indexes specifier -> its entry file
   */
  constructor(graph, indexes) {
    this.#inline = graph.cjs;
    this.#dynamic = new Set([...graph.dynamic].filter((file) => ![...indexes.values()].includes(file)));
    for (const specifier of indexes.keys()) this.#specOf.set(specifier, specifier);
    const clients = [...graph.needs.keys()].filter((s) => s.startsWith("@aws-sdk/client-"));
    const standard = clients.filter(isStandard).length;
    const users = new Map();
    for (const client of clients)
      for (const file of graph.needs.get(client)) {
        const { name } = owner(file) ?? {};
        if (name === undefined || isTop(name) || !name.startsWith("@")) continue;
        users.set(file, [...(users.get(file) ?? []), client]);
      }
    const groups = new Map();
    for (const [file, list] of users) {
      // The same core in every tier: what most clients of the standard tier need.
      const id = list.filter(isStandard).length * 2 >= standard ? "internal:sdk/core" : list.sort().join(" ");
      groups.set(id, [...(groups.get(id) ?? []), file]);
    }
    const packageUsers = new Map();
    for (const [file, list] of users) {
      const { name } = owner(file);
      packageUsers.set(name, new Set([...(packageUsers.get(name) ?? []), ...list]));
    }
    for (const [id, files] of groups)
      for (const file of files) {
        // A package that serves one client alone goes into that client's chunk.
        const chunk = id === "internal:sdk/core" || packageUsers.get(owner(file).name).size === 1 ? id : `internal:sdk/${sharedName(id.split(" "))}`;
        this.#shared.set(file, chunk);
      }
  }

  /** The chunk of `file`, or undefined for files that are copied into whoever imports them. */
  chunkOf(file) {
    if (path.dirname(file) === ownFolder) return file === ownFile("errors") ? "internal:sdk/errors" : "internal:sdk/core";
    if (this.#dynamic.has(file)) return `internal:sdk/${dynamicName(file)}`;
    const found = owner(file);
    if (found === undefined || this.#inline.has(file) || !found.name.startsWith("@")) return undefined;
    const shared = this.#shared.get(file);
    if (shared !== undefined) return shared;
    const submodule = /submodules\/([^/]+)\//.exec(found.inside)?.[1];
    if (submodule && this.#specOf.has(`${found.name}/${submodule}`)) return `${found.name}/${submodule}`;
    return this.#specOf.has(found.name) ? found.name : undefined;
  }

  /** Chunks that are the target of a dynamic import and not a specifier: id -> file. */
  dynamicChunks() {
    return new Map([...this.#dynamic].map((file) => [`internal:sdk/${dynamicName(file)}`, file]));
  }
}

function sharedName(clients) {
  const names = clients.map((client) => client.replace("@aws-sdk/client-", ""));
  if (names.length <= 4) return names.join("+");
  return `${names[0]}+${names.length - 1}-${digest(names.join()).slice(0, 6)}`;
}

const dynamicName = (file) => {
  const { name, inside } = owner(file);
  return `${name.replace("@", "").replace("/", "-")}-${path.basename(inside).replace(/\.[cm]?js$/, "")}`;
};
