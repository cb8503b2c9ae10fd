import { createRequire } from "node:module";
import * as esm from "marked";

const { Marked, marked } = createRequire(import.meta.url)("marked");
console.log(marked === esm.marked);
const text = `# Marked in *Node.js*

Rendered by **marked**, with \`code\`, <b>html</b>, [a link](https://example.com "title") and ![image](a.png).
Line two\\
after a break, ~~gone~~, https://example.org & "quotes".

1. one
2. two
   - nested
   - [x] task

> quote
> > deeper

\`\`\`js
const a = "<b>" && 1;
\`\`\`

| a | b |
|---|:-:|
| 1 | **2** |

***
[reference][1] \\*escaped\\* &copy;

[1]: /there
`;
console.log(marked.parse(text), marked.parseInline("*inline* only"));
console.log(marked.parse("a\nb", { breaks: true }), marked.parse("~~x~~", { gfm: false }));
console.log(marked.lexer("# hi\n\n- a\n- b"));
const own = new Marked({
  renderer: { heading({ tokens, depth }) { return `<h${depth} class="own">${this.parser.parseInline(tokens)}</h${depth}>\n`; } },
  walkTokens: (token) => { if (token.type === "heading") token.depth += 1; },
  extensions: [{ name: "at", level: "inline", start: (src) => src.indexOf("@"), tokenizer(src) { const found = /^@(\w+)/.exec(src); return found && { type: "at", raw: found[0], user: found[1] }; }, renderer: (token) => `<a>${token.user}</a>` }],
});
console.log(own.parse("# title\n\nhello @fred"));
own.use({ async: true, hooks: { postprocess: async (html) => html.toUpperCase() } });
console.log(await own.parse("text"));
console.log("done");
