// Colours, where the output has them: what jest's packages use of chalk.
import { isColored } from "native:test/expect";

const CODES = {
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  black: [30, 39],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  white: [37, 39],
  gray: [90, 39],
  bgYellow: [43, 49],
};

function make(styles) {
  const style = (...texts) => {
    const text = texts.join(" ");
    if (!isColored() || text === "") return text;
    return styles.reduceRight((inner, [open, close]) => `\x1b[${open}m${inner}\x1b[${close}m`, text);
  };
  for (const name of Object.keys(CODES))
    Object.defineProperty(style, name, { configurable: true, get: () => make([...styles, CODES[name]]) });
  return style;
}

export default make([]);
