#!/bin/sh
# Installs exactly what package-lock.json names, when that is not what is installed already. With `tests`, also what test/package.json
# names: the vendors' own SDKs, which nothing but the tests needs.
set -eu
cd "$(dirname "$0")/.."
if [ "${1:-}" = tests ]; then
  "$0"
  cd test
  cmp -s package-lock.json node_modules/.lock-installed && exit 0
  echo "installing the SDKs that the tests use (once) ..."
  npm ci --no-progress
  cp package-lock.json node_modules/.lock-installed
  exit 0
fi
# The console's page is built once, and again when one of its files is newer.
page() {
  built=console/dist/index.html
  if [ ! -e "$built" ] || [ -n "$(find console scripts/build-console.ts -path console/dist -prune -o -type f -newer "$built" -print | head -n 1)" ]; then
    PATH=$PWD/node_modules/.bin:$PATH npm run --silent console
  fi
}
if cmp -s package-lock.json node_modules/.lock-installed && [ -e node_modules/.bin/node ]; then
  page
  exit 0
fi
echo "installing packages (once) ..."
npm ci --no-progress
# npm 10 drops the link to the pinned Node when it skips those of other platforms, which have the same name for it.
for node in node_modules/node-*/bin/node; do
  if [ ! -e node_modules/.bin/node ] && "$node" --version >/dev/null 2>&1; then
    ln -s "../${node#node_modules/}" node_modules/.bin/node
  fi
done
# Where no pinned Node runs, the one on PATH has to do.
if [ ! -e node_modules/.bin/node ]; then
  version=$(node --version)
  version=${version#v}
  if [ "${version%%.*}" -lt 24 ]; then
    echo "this platform has no pinned Node: install Node 24 or later" >&2
    exit 1
  fi
  ln -s "$(command -v node)" node_modules/.bin/node
fi
cp package-lock.json node_modules/.lock-installed
page
