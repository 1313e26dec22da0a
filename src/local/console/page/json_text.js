// JSON as text: read and written without loss of a number's digits, and laid out even if it is cut.

const kIndent = '  ';
const kDeepest = 24;

/** A number as it was written, for one that a double does not hold. */
export class ExactNumber {
  constructor(text) {
    this.text = text;
  }
}

/** Returns the value of a number's text: a number if that is the same, else an ExactNumber. */
export function numberOf(text) {
  const number = Number(text);
  return String(number) === text ? number : new ExactNumber(text);
}

/** Returns the value of a JSON text. Throws a SyntaxError. */
export function readJson(text) {
  // A browser without `source` loses digits beyond the 16th, as everywhere in JavaScript.
  return JSON.parse(text, (_, value, context) =>
    (typeof value === 'number' && context?.source !== undefined
      ? numberOf(context.source) : value));
}

/** Returns whether a value is an object of JSON. */
export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    && !(value instanceof ExactNumber);
}

/** Returns a value of readJson() as JSON, laid out on lines, or on one line without `indent`. */
export function writeJson(value, indent = kIndent, before = '') {
  if (value instanceof ExactNumber) {
    return value.text;
  }
  const isArray = Array.isArray(value);
  if (!isArray && !isObject(value)) {
    return JSON.stringify(value) ?? 'null';
  }
  const inside = before + indent;
  const parts = isArray
    ? value.map((item) => writeJson(item, indent, inside))
    : Object.entries(value).filter(([, item]) => item !== undefined).map(([name, item]) =>
      `${JSON.stringify(name)}:${indent === '' ? '' : ' '}${writeJson(item, indent, inside)}`);
  const [open, close] = isArray ? '[]' : '{}';
  if (parts.length === 0) {
    return open + close;
  }
  return indent === ''
    ? open + parts.join(',') + close
    : `${open}\n${inside}${parts.join(`,\n${inside}`)}\n${before}${close}`;
}

/**
 * Lays a JSON text out on lines without reading its values, so that no digit and no repeated name
 * is lost, and a text that is cut is fine, too. What is nested deeper than 24 levels is indented no
 * further.
 */
export function layOutJson(text) {
  let out = '';
  let depth = 0;
  const line = () => `\n${kIndent.repeat(Math.min(depth, kDeepest))}`;
  const token = /"(?:[^"\\]|\\.)*"?|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/gs;
  for (const [part] of text.matchAll(token)) {
    const first = part[0];
    if (first === '{' || first === '[') {
      if (part.length > 1) {
        out += first + part.at(-1);
      } else {
        depth += 1;
        out += first + line();
      }
    } else if (first === '}' || first === ']') {
      depth = Math.max(0, depth - 1);
      out += line() + first;
    } else if (first === ',') {
      out += first + line();
    } else {
      out += first === ':' ? ': ' : part;
    }
  }
  return out;
}
