// Text and bytes of others, made fit to look at.

/**
 * Returns a text in which controls, and what turns the direction of writing, are seen instead of
 * obeyed. Line ends and tabs stay, unless it shall be `oneLine`.
 */
export function visible(text, oneLine = false) {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (character) => {
      if (!oneLine && (character === '\n' || character === '\t')) {
        return character;
      }
      const code = character.charCodeAt(0);
      return code < 0x20 ? String.fromCharCode(0x2400 + code)
        : `\\u${code.toString(16).padStart(4, '0')}`;
    });
}

/** Returns the bytes of a text in base64, at most `limit` of them. */
export function bytesOf(base64, limit = Infinity) {
  const wanted = Number.isFinite(limit) ? base64.slice(0, Math.ceil(limit / 3) * 4) : base64;
  return Uint8Array.from(atob(wanted), (character) => character.charCodeAt(0)).subarray(0, limit);
}

function two(byte) {
  return byte.toString(16).padStart(2, '0');
}

/** Returns bytes as lines of 16: the offset, the bytes in two digits each, and as ASCII. */
export function hexDump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const left = row.slice(0, 8).map(two).join(' ').padEnd(23);
    const right = row.slice(8).map(two).join(' ').padEnd(23);
    const ascii = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'));
    lines.push(`${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${ascii.join('')}`);
  }
  return lines.join('\n');
}
