import { createRequire } from "node:module";
import * as esm from "zod";

const cjs = createRequire(import.meta.url)("zod");
for (const { z } of [esm, cjs]) {
  const Player = z.object({
    username: z.string().min(3),
    xp: z.number().int().nonnegative(),
    email: z.email().optional(),
    tags: z.array(z.string()).default([]),
    role: z.enum(["admin", "user"]),
    born: z.coerce.date(),
  });
  console.log(Player.parse({ username: "billie", xp: 100, role: "user", born: "2001-02-03" }));
  const result = Player.safeParse({ username: "x", xp: -1.5, email: "nope", role: "root", born: "never" });
  console.log(result.success, result.error.issues);
  console.log(z.prettifyError(result.error));
  console.log(z.treeifyError(result.error), z.flattenError(result.error));
  try {
    Player.parse({});
  } catch (error) {
    console.log(error instanceof z.ZodError, error.name, JSON.parse(error.message).length);
  }
  const Shape = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("circle"), radius: z.number() }),
    z.object({ kind: z.literal("square"), side: z.number() }),
  ]);
  console.log(Shape.parse({ kind: "circle", radius: 2 }), Shape.safeParse({ kind: "cube" }).error.issues[0].code);
  console.log(z.string().transform((text) => text.length).pipe(z.number().max(3)).safeParse("four!").success);
  console.log(z.record(z.string(), z.number()).parse({ a: 1 }), z.tuple([z.string(), z.number()]).parse(["a", 1]), z.map(z.string(), z.bigint()).parse(new Map([["a", 1n]])));
  console.log(z.strictObject({ a: z.string() }).safeParse({ a: "x", b: 1 }).error.issues[0].message, z.looseObject({ a: z.string() }).parse({ a: "x", b: 1 }));
  console.log([z.uuid(), z.url(), z.ipv4(), z.iso.datetime(), z.base64(), z.jwt()].map((it) => it.safeParse("2024-01-01T00:00:00Z").success));
  const Category = z.object({ name: z.string(), get children() { return z.array(Category); } });
  console.log(Category.parse({ name: "a", children: [{ name: "b", children: [] }] }));
  console.log(await z.string().refine(async (id) => id.startsWith("x"), "must begin with x").safeParseAsync("y").then((it) => it.error.issues));
  console.log(JSON.stringify(z.toJSONSchema(Player.omit({ born: true }))));
  console.log(z.object({ a: z.string() }).extend({ b: z.number() }).partial().parse({}), z.templateLiteral(["v", z.number()]).safeParse("v1").success, z.stringbool().parse("yes"));
}
console.log("done");
