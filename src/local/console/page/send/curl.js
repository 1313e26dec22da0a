// A request as a command for a shell.

/** Returns a text as one word of a POSIX shell. */
export function quote(text) {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// A header that has a secret names a variable of the shell instead, in double quotes.
function headerWord({ name, value, variable, prefix = '' }) {
  return variable ? `"${name}: ${prefix}$${variable}"`
    : quote(value === '' ? `${name};` : `${name}: ${value}`);
}

/**
 * Returns the command that sends a request: {url, method, headers, body}. A header is
 * {name, value}, or {name, prefix, variable} if its value is a secret. NUL, which no command line
 * can have, is left out.
 */
export function curlOf({ url, method, headers = [], body }) {
  const words = ['curl -i'];
  if (method === 'HEAD') {
    words[0] = 'curl -I';
  } else if (method !== (body === undefined ? 'GET' : 'POST')) {
    words.push(`-X ${quote(method)}`);
  }
  for (const header of headers) {
    words.push(`-H ${headerWord(header)}`);
  }
  if (body !== undefined) {
    // An @ at the beginning would name a file, which --data-raw does not know.
    words.push(`--data-raw ${quote(body.replaceAll('\0', ''))}`);
  }
  // Without -g, brackets and braces in a URL would be patterns.
  words.push(/[[\]{}]/.test(url) ? `-g ${quote(url)}` : quote(url));
  return words.join(' \\\n  ');
}
