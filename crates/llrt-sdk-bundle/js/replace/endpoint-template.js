import { getAttr } from "../lib";

/** Most templates are plain text, which the package searches, cuts and joins too. */
export const evaluateTemplate = (template, { referenceRecord, endpointParams }) => {
  let opening = template.indexOf("{");
  if (opening === -1) return template;
  let text = "";
  let index = 0;
  for (; opening !== -1; opening = template.indexOf("{", index)) {
    const closing = template.indexOf("}", opening);
    if (closing === -1) break;
    const name = template.substring(opening + 1, closing);
    text += template.slice(index, opening);
    // As in the package: "{{a}}" is "{a", and then what that names.
    if (name.startsWith("{") && template[closing + 1] === "}") text += name;
    const hash = name.indexOf("#");
    const ref = hash === -1 ? name : name.slice(0, hash);
    let value = referenceRecord[ref] ?? endpointParams[ref];
    if (hash !== -1) value = getAttr(value, name.slice(hash + 1).split("#", 1)[0]);
    if (value != null) text += `${value}`;
    index = closing + 1;
  }
  return text + template.slice(index);
};
