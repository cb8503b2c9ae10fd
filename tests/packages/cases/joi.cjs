const Joi = require("joi");

const schema = Joi.object({
  username: Joi.string().alphanum().min(3).max(30).required(),
  password: Joi.string().pattern(/^[a-zA-Z0-9]{3,30}$/),
  repeat: Joi.ref("password"),
  birth: Joi.number().integer().min(1900).max(2013),
  email: Joi.string().email({ minDomainSegments: 2, tlds: { allow: ["com", "net"] } }),
  when: Joi.date().iso(),
  tags: Joi.array().items(Joi.string().lowercase(), Joi.number()).unique().default(() => ["x"]),
  kind: Joi.string().valid("a", "b"),
  more: Joi.when("kind", { is: "a", then: Joi.number().required(), otherwise: Joi.forbidden() }),
}).with("username", "birth").xor("password", "email");
console.log(schema.validate({ username: "abc", birth: "1994", email: "a@b.com", when: "2020-01-01", kind: "a", more: "5" }));
const { error } = schema.validate({ username: "a!", birth: 1899.5, password: "x", email: "bad", tags: ["a", "a"], kind: "b", more: 1, extra: true }, { abortEarly: false });
console.log(error.message, error.details.map(({ type, path }) => [type, path]), error.annotate(true), Joi.isError(error));
(async () => {
  console.log(await Joi.string().external(async (value) => `${value}!`).validateAsync("x"), await Joi.number().validateAsync("x").catch((problem) => problem.name));
  console.log(Joi.attempt("5", Joi.number()), JSON.stringify(Joi.object({ a: Joi.string().description("text") }).describe()), Joi.string().uuid().validate("x").error.message, Joi.string().isoDuration().validate("P1D").error, Joi.alternatives().try(Joi.number(), Joi.boolean()).validate("x").error.message);
  const own = Joi.extend((joi) => ({ type: "even", base: joi.number(), messages: { "even.base": "{{#label}} is odd" }, validate: (value, { error: fail }) => (value % 2 ? { value, errors: fail("even.base") } : { value }) }));
  console.log(own.even().validate(3).error.message, own.even().validate(4).value);
  console.log("done");
})();
