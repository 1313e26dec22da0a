#!/usr/bin/env bash
# A CSS animation with steps(2) of 4 seconds shows two pictures, so it seems to be a thrifty one.
# Chromium moves a transform without the page. For other properties it computes the style of the
# page again with each frame, steps or not: about 60 times a second for a page that stands still. A
# timer that sets the same two values costs two computations, and looks alike.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

command -v chromium > /dev/null || { echo "This needs Debian's package chromium."; exit 2; }
npm install --silent --no-audit --no-fund playwright-core@1.65.1

cat > count.cjs <<'JS'
const { chromium } = require('playwright-core');

const line = '<svg><path id="it" d="M0 9H99" stroke="red" stroke-dasharray="6 6"></path></svg>';
const box = '<div id="it">text</div>';
const animated = (declaration, shape) => `<style>
  @keyframes move { to { ${declaration} } }
  #it { animation: move 4s steps(2) infinite }
</style>${shape}`;
const pages = {
  'transform, animation': animated('transform: translateX(24px)', box),
  'color, animation': animated('color: red', box),
  'stroke-dashoffset, animation': animated('stroke-dashoffset: 24', line),
  'stroke-dashoffset, timer': `${line}<script>
    let tick = 0;
    setInterval(() => { it.style.strokeDashoffset = ++tick % 2 * 12; }, 2000);
  </script>`,
};

(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[2] });
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const computations = async () => (await devtools.send('Performance.getMetrics')).metrics
    .find(({ name }) => name === 'RecalcStyleCount').value;
  for (const [name, html] of Object.entries(pages)) {
    await page.setContent(`<!doctype html>${html}`);
    await page.waitForTimeout(1000);
    const before = await computations();
    await page.waitForTimeout(4000);
    const count = await computations() - before;
    console.log(`${name}: ${count <= 4 ? 'at most 4' : count < 20 ? count : '20 or more'}`);
  }
  await browser.close();
})();
JS

seen=$(node count.cjs "$(command -v chromium)")
version=$(chromium --version 2> /dev/null | grep --only-matching '^Chromium [0-9]*')
echo "guess: two computations in 4 seconds, one for each step"
echo "seen, $version, playwright-core 1.65.1, computations of the style in 4 seconds:"
echo "$seen"
[[ $seen == 'transform, animation: at most 4
color, animation: 20 or more
stroke-dashoffset, animation: 20 or more
stroke-dashoffset, timer: at most 4' ]] || { echo "This has changed."; exit 1; }
