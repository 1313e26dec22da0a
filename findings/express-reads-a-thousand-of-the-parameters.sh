#!/usr/bin/env bash
# Both parsers of query strings that Express has stop at 1,000 parameters and do not say so: a
# request for the orders with 1,100 ids is answered as one for 1,000. The URL of 6 KB is far below
# the server's limit. The same text as a form in the body is refused with 413.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund express4@npm:express@4.22.3 express5@npm:express@5.3.0

cat > count.cjs <<'JS'
const text = Array.from({ length: 1100 }, () => 'id=12').join('&');

async function count(name) {
  const express = require(name);
  const app = express();
  const count = (request, response) =>
    response.send(`${(request.query.id ?? request.body.id).length} ids`);
  app.get('/', count);
  app.post('/', express.urlencoded({ extended: name === 'express4' }), count);
  app.use((error, request, response, next) => response.status(error.status).send(error.message));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const asked = await fetch(`${url}?${text}`);
  console.log(`${name}, query: ${asked.status}, ${await asked.text()}`);
  const posted = await fetch(url, { method: 'POST', body: new URLSearchParams(text) });
  console.log(`${name}, form: ${posted.status}, ${await posted.text()}`);
  server.close();
  server.closeAllConnections();
}

count('express4').then(() => count('express5'));
JS

seen=$(node count.cjs)
echo "guess: 1,100 ids are read, or the request is refused, and a query is read as a form is"
echo "seen, Express 4.22.3 and 5.3.0:"
echo "$seen"
[[ $seen == 'express4, query: 200, 1000 ids
express4, form: 413, too many parameters
express5, query: 200, 1000 ids
express5, form: 413, too many parameters' ]] || { echo "This has changed."; exit 1; }
