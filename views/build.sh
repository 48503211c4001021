#!/bin/sh
# Builds what views/assets, api/reference/viewer.js and *_templ.go hold: sh views/build.sh [templ|scripts|chat|vendor|reference|styles|icon NAME…]. Without an
# argument everything is built. Needs Go; styles and vendor need npm too.
set -eu
cd "$(dirname "$0")"
tool() { go tool -modfile=../internal/tools/go.mod "$@"; }
# Not npm ci: the lock names no packages for other platforms, which npm ci takes for a fault.
modules() { [ -d node_modules ] || npm install --no-save --silent; }

templates() { tool templ generate -log-level warn; }
scripts() {
	tool esbuild scripts/*.ts --bundle --minify --target=es2022 --format=iife --charset=utf8 --legal-comments=none \
		--log-level=warning --outdir=assets
	chat
}
# The player's chat: the loader that a casino's pages load, and the frame's own script and styles.
chat() {
	chatting() { tool esbuild "$@" --bundle --minify --target=es2020,safari15 --charset=utf8 --legal-comments=none --log-level=warning; }
	chatting scripts/chat/loader.ts --format=iife --loader:.css=text --outfile=assets/chat-loader.js
	chatting scripts/chat/frame.ts --format=iife --outfile=assets/chat-frame.js
	chatting scripts/chat/frame.css --outfile=assets/chat-frame.css
}
# One file: two deferred scripts may run in either order of readiness, and the stream's part needs htmx to be there.
vendor() {
	modules
	for f in htmx.min.js ext/hx-sse.min.js; do
		grep -v '^//# sourceMappingURL' "node_modules/htmx.org/dist/$f"
		echo ';'
	done > assets/htmx.js
}
# The viewer of the API's reference, as its makers publish it (MIT). Its package alone is fetched: what it was built from isn't needed. Its one
# element of styles gets the name of one that api/reference/styles.js defines, since the pages' policy refuses style elements.
reference() {
	unpacked=$(mktemp -d)
	npm pack --silent --pack-destination "$unpacked" rapidoc@9.3.8 >/dev/null
	tar -xzf "$unpacked"/rapidoc-9.3.8.tgz -C "$unpacked" package/dist package/LICENSE.txt
	grep -v '^//# sourceMappingURL' "$unpacked/package/dist/rapidoc-min.js" |
		sed -e 's|<style>|<sheet-of-styles hidden>|' -e 's|</style>|</sheet-of-styles>|' >../api/reference/viewer.js
	{ cat "$unpacked/package/LICENSE.txt"; echo; cat "$unpacked/package/dist/rapidoc-min.js.LICENSE.txt"; } >../api/reference/LICENSE
	rm -rf "$unpacked"
}
# Not minified, so that two branches' changes merge; the server compresses it.
styles() {
	modules
	for f in styles/*.css; do
		npx tailwindcss --input "$f" --output "assets/$(basename "$f")" 2>&1 | grep -v -e '^$' -e tailwindcss -e Done || true
	done
}
icon() {
	modules
	for n in "$@"; do
		grep -v '@license' "node_modules/lucide-static/icons/$n.svg" | tr -s '\n ' ' ' |
			sed -e 's/ class="[^"]*"//' -e 's/ width="24" height="24"//' -e 's/^ //' -e 's/> </></g' -e 's/ *$//' > "icons/$n.svg"
	done
	cp node_modules/lucide-static/LICENSE icons/LICENSE
}

case "${1:-all}" in
all) templates; scripts; vendor; reference; styles ;;
templ) templates ;;
icon) shift; icon "$@" ;;
scripts | chat | vendor | reference | styles) "$1" ;;
*) echo "unknown part: $1" >&2; exit 2 ;;
esac
