// Trees of files, and what watches them.
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import { assert } from "chai";

let dir;
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(tmpdir(), "llrt-js-"));
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

describe("trees", () => {
  beforeAll(async () => {
    await fs.promises.mkdir(path.join(dir, "a/b/c"), { recursive: true });
    for (const name of ["a/1.txt", "a/b/2.txt", "a/b/c/3.js"]) fs.writeFileSync(path.join(dir, name), name);
    fs.symlinkSync("1.txt", path.join(dir, "a/link"));
  });

  test("are listed, copied, searched and removed", async () => {
    const all = fs.readdirSync(path.join(dir, "a"), { recursive: true }).sort();
    assert.deepEqual(all, ["1.txt", "b", "b/2.txt", "b/c", "b/c/3.js", "link"]);
    await fs.promises.cp(path.join(dir, "a"), path.join(dir, "copy"), { recursive: true });
    assert.equal(fs.readFileSync(path.join(dir, "copy/b/c/3.js"), "latin1"), "a/b/c/3.js");
    assert.isTrue(fs.lstatSync(path.join(dir, "copy/link")).isSymbolicLink());
    const found = [];
    for await (const name of fs.promises.glob("**/*.txt", { cwd: path.join(dir, "copy") })) found.push(name);
    assert.sameMembers(found, ["1.txt", "b/2.txt"]);
    fs.rmSync(path.join(dir, "copy"), { recursive: true });
    assert.isFalse(fs.existsSync(path.join(dir, "copy")));
  });

  test("handles read and write where they are told", async () => {
    await using handle = await fs.promises.open(path.join(dir, "handle"), "w+");
    await handle.writev([Buffer.from("abc"), Buffer.from("def")]);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(10), 0, 10, 2);
    assert.equal(buffer.toString("utf8", 0, bytesRead), "cdef");
    const { size } = await handle.stat({ bigint: true });
    assert.equal(size, 6n);
  });
});

test("errors of the system have code, number, call and path", async () => {
  const missing = path.join(dir, "nope");
  const expected = { code: "ENOENT", errno: -2, syscall: "open", path: missing };
  const message = `ENOENT: no such file or directory, open '${missing}'`;
  expect(() => fs.readFileSync(missing)).toThrow(expect.objectContaining({ ...expected, message }));
  await expect(fs.promises.readFile(missing)).rejects.toMatchObject(expected);
  const error = await new Promise((resolve) => fs.readFile(missing, resolve));
  expect(error).toMatchObject(expected);
  expect(() => fs.readFileSync(dir)).toThrow(/EISDIR/);
  expect(() => fs.readSync(99999, Buffer.alloc(1))).toThrow(/EBADF/);
});

test("a watcher tells of a new file", async () => {
  const watcher = fs.watch(dir);
  const change = once(watcher, "change");
  fs.writeFileSync(path.join(dir, "new"), "");
  const [kind, name] = await change;
  watcher.close();
  expect([kind, name]).toEqual(["rename", "new"]);
});
