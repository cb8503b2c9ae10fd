const fs = require("node:fs");
const Handlebars = require("handlebars");

const template = Handlebars.compile("<p>Hello, my name is {{name}}. I am from {{hometown}}. I have {{kids.length}} kids:</p><ul>{{#kids}}<li>{{name}} is {{age}}</li>{{/kids}}</ul>");
console.log(template({ name: "Alan", hometown: "Somewhere, <TX>", kids: [{ name: "Jimmy", age: "12" }, { name: "Sally", age: "4" }] }));
Handlebars.registerHelper("link", (text, { hash }) => new Handlebars.SafeString(`<a href="${hash.href}">${Handlebars.escapeExpression(text)}</a>`));
Handlebars.registerHelper("bold", function (options) { return `<b>${options.fn(this)}</b>`; });
Handlebars.registerPartial("person", "{{#if @root.loud}}{{shout name}}{{else}}{{name}}{{/if}} ({{role}}) {{> @partial-block}}");
Handlebars.registerHelper("shout", (text) => text.toUpperCase());
const rich = Handlebars.compile(`
{{~#each people as |person index|}}
{{index}}{{#unless @last}},{{/unless}} {{#> person person role="user"}}block{{/person}} {{{link person.name href="/x"}}} {{link "<i>" href="y"}}
{{else}}
nobody
{{/each}}
{{#with a.b}}{{c}} {{../top}}{{/with}} {{lookup map key}} {{! comment }}{{!-- another --}}{{#bold}}{{top}}{{/bold}} {{[odd key]}} {{{{raw}}}} {{not}} {{{{/raw}}}}`);
Handlebars.registerHelper("raw", (options) => options.fn());
console.log(rich({ people: [{ name: "ann" }, { name: "bob" }], loud: true, a: { b: { c: "deep" } }, top: "T", map: { k: "v" }, key: "k", "odd key": 1 }), rich({}));
const precompiled = Handlebars.precompile("{{a}} {{#each list}}{{this}}{{/each}}");
console.log(Handlebars.template(eval(`(${precompiled})`))({ a: 1, list: [1, 2] }));
for (const [source, options] of [["{{#if}}", {}], ["{{foo", {}], ["{{missing.name}}", { strict: true }], ["{{nope 1}}", {}]])
  try {
    console.log(Handlebars.compile(source, options)({}));
  } catch (error) {
    console.log(error.name, error.message);
  }
fs.writeFileSync("page.hbs", "from a file: {{x}}");
console.log(require("handlebars").compile(fs.readFileSync("page.hbs", "utf8"))({ x: "&" }));
fs.writeFileSync("view.handlebars", "required: {{x}}");
console.log(require(require("node:path").resolve("view.handlebars"))({ x: 2 }));
const inner = Handlebars.create();
console.log(inner.helpers.shout, Handlebars.VERSION, inner.compile("{{constructor.name}}|{{__proto__.x}}")({}));
console.log("done");
