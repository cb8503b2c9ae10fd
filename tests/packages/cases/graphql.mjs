import { createRequire } from "node:module";
import * as esm from "graphql";

const cjs = createRequire(import.meta.url)("graphql");
for (const { graphql, buildSchema, parse, print, printSchema, validate, visit, GraphQLSchema, GraphQLObjectType, GraphQLString, GraphQLInt, GraphQLList, GraphQLNonNull, introspectionFromSchema, execute, GraphQLError, subscribe } of [esm, cjs]) {
  const schema = buildSchema('enum E { A B } input In { n: Int = 5 } interface Node { id: ID! } type Thing implements Node { id: ID!, name: String @deprecated(reason: "old"), next: Thing, list(in: In): [Int!] } type Query { thing(id: ID!): Thing, e: E, fails: String } type Mutation { set(name: String): Thing } type Subscription { ticks: Int }');
  const rootValue = { thing: ({ id }) => ({ id, name: () => `thing ${id}`, next: { id: "n" }, list: ({ in: { n } }) => [n, n + 1] }), e: "B", fails: async () => { throw new Error("failed"); }, set: ({ name }) => ({ id: 1, name }) };
  console.log(JSON.stringify(await graphql({ schema, source: "query Q($id: ID!) { thing(id: $id) { ...F next { id __typename } list(in: {}) } e } fragment F on Thing { id name }", rootValue, variableValues: { id: "7" } })));
  console.log(JSON.stringify(await graphql({ schema, source: "{ fails e }", rootValue })), JSON.stringify(await graphql({ schema, source: 'mutation { set(name: "x") { name } }', rootValue })));
  console.log(validate(schema, parse("{ nothing thing { id } }")).map((error) => error.message), String(new GraphQLError("x")), await graphql({ schema, source: "{ thing(" }).then(({ errors }) => String(errors[0])));
  console.log(printSchema(schema), print(visit(parse("{ a(b: 1) { c } }"), { Field: { enter: (node) => (node.name.value === "c" ? null : undefined) } })), introspectionFromSchema(schema).__schema.types.length);
  const own = new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields: { words: { type: new GraphQLNonNull(new GraphQLList(GraphQLString)), args: { count: { type: GraphQLInt, defaultValue: 2 } }, resolve: (_, { count }) => Array(count).fill("w") } } }) });
  console.log(JSON.stringify(execute({ schema: own, document: parse("{ words more: words(count: 1) }") })));
  const ticks = await subscribe({ schema, document: parse("subscription { ticks }"), rootValue: { ticks: async function* () { yield { ticks: 1 }; yield { ticks: 2 }; } } });
  for await (const { data } of ticks) console.log({ ...data });
}
console.log("done");
