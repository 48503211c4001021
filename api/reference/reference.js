// Puts the vendored viewer in place, in the reader's colours.
const place = document.getElementById("reference");
const dark = matchMedia("(prefers-color-scheme: dark)");
const viewer = document.createElement("rapi-doc");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function dress() {
	const set = {
		theme: dark.matches ? "dark" : "light",
		"bg-color": colour("--ground"),
		"text-color": colour("--text"),
		"primary-color": colour("--accent"),
		"nav-bg-color": colour("--raised"),
		"nav-text-color": colour("--text"),
		"nav-hover-bg-color": colour("--line"),
		"nav-hover-text-color": colour("--text"),
		"nav-accent-color": colour("--accent"),
	};
	for (const [name, value] of Object.entries(set)) viewer.setAttribute(name, value);
}

const fixed = {
	"spec-url": place.dataset.spec,
	"load-fonts": "false",
	"regular-font": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
	"mono-font": "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
	// A narrow screen has no room for the list of operations beside one of them: there all of them stand below each other.
	"render-style": innerWidth < 768 ? "read" : "focused",
	"show-header": "false",
	"show-method-in-nav-bar": "as-colored-text",
	"nav-item-spacing": "compact",
	"allow-server-selection": "false",
	"allow-try": "false",
	"allow-authentication": "false",
	"schema-style": "table",
	"schema-description-expanded": "true",
	"default-schema-tab": "schema",
	"fill-request-fields-with-example": "false",
	"use-path-in-nav-bar": "false",
	"sort-tags": "false",
	"update-route": "true",
};
for (const [name, value] of Object.entries(fixed)) viewer.setAttribute(name, value);
dress();
dark.addEventListener("change", dress);
place.append(viewer);
