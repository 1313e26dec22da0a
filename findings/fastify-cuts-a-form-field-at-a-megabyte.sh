#!/usr/bin/env bash
# With `attachFieldsToBody: 'keyValues'` the package @fastify/multipart puts a form's fields into
# the body. A field is read up to 1 MiB. What is longer is cut there, the handler gets the first
# part and no sign of it, and the client a 200. A file that is too long is refused with 413.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund fastify@5.12.8 @fastify/multipart@10.1.9

cat > form.cjs <<'JS'
const { fastify } = require('fastify');

(async () => {
  const app = fastify();
  await app.register(require('@fastify/multipart'), { attachFieldsToBody: 'keyValues' });
  app.post('/', async (request) => Object.values(request.body)[0].length);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  for (const [kind, size] of [['field', 1 << 20], ['field', 3 << 20], ['file', 3 << 20]]) {
    const form = new FormData();
    const text = 'x'.repeat(size);
    form.append('orders', kind === 'file' ? new Blob([text]) : text);
    const answer = await fetch(url, { method: 'POST', body: form });
    console.log(`${kind} of ${size}: ${answer.status},`,
      answer.ok ? `${await answer.text()} arrive` : (await answer.json()).message);
  }
  await app.close();
})();
JS

seen=$(node form.cjs)
echo "guess: a field is read whole, or the form is refused as one with such a file is"
echo "seen, Fastify 5.12.8, @fastify/multipart 10.1.9:"
echo "$seen"
[[ $seen == 'field of 1048576: 200, 1048576 arrive
field of 3145728: 200, 1048576 arrive
file of 3145728: 413, request file too large' ]] || { echo "This has changed."; exit 1; }
