import { createRequire } from "node:module";
import * as esm from "fast-xml-parser";

const cjs = createRequire(import.meta.url)("fast-xml-parser");
const xml = `<?xml version="1.0"?>
<!-- comment -->
<doc xmlns:a="urn:a" version="1.0">
  <item id="1" on>first &amp; <![CDATA[<raw>]]> &#65;</item>
  <item id="2">2.50</item>
  <a:empty/>
  <nested><deep flag="true">yes</deep>tail</nested>
  <date>0012</date><big>12345678901234567890</big>
</doc>`;
for (const { XMLParser, XMLBuilder, XMLValidator } of [esm, cjs]) {
  console.log(new XMLParser().parse(xml));
  const options = { ignoreAttributes: false, attributeNamePrefix: "@", allowBooleanAttributes: true, parseAttributeValue: true, removeNSPrefix: true, cdataPropName: "cdata", commentPropName: "comment", isArray: (name) => name === "deep" };
  const parsed = new XMLParser(options).parse(xml);
  console.log(JSON.stringify(parsed, null, 1));
  const ordered = new XMLParser({ preserveOrder: true, ignoreAttributes: false }).parse(xml);
  console.log(JSON.stringify(ordered));
  console.log(new XMLBuilder({ preserveOrder: true, ignoreAttributes: false }).build(ordered));
  console.log(new XMLBuilder({ ...options, format: true, suppressEmptyNode: true }).build({ feed: { "@v": 1, entry: ["<a>", 2, ""], none: null } }));
  console.log(new XMLParser({ stopNodes: ["*.pre"], tagValueProcessor: (name, value) => (name === "n" ? `${value}!` : value), htmlEntities: true }).parse("<d><pre><b>&lt;</b></pre><n>x &copy;</n></d>"));
  for (const text of [xml, "<a><b></a>", "<a", "", "<a x=1></a>", "<a></a><b></b>"]) console.log(XMLValidator.validate(text));
}
console.log("done");
