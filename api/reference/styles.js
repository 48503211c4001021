// The pages' policy refuses style elements and attributes, but lets the pages' own scripts set styles. The viewer has one element of
// styles, which viewer.js here calls sheet-of-styles, and many attributes, in its templates and set later: all are put on as the
// policy wants.
customElements.define("sheet-of-styles", class extends HTMLElement {
	connectedCallback() {
		const root = this.getRootNode();
		const sheet = new CSSStyleSheet();
		const read = () => sheet.replaceSync(this.textContent);
		read();
		root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
		new MutationObserver(read).observe(this, { childList: true, characterData: true, subtree: true });
	}
});

const put = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
	if (name === "style") this.style.cssText = value;
	else put.call(this, name, value);
};

const inner = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");
Object.defineProperty(HTMLTemplateElement.prototype, "innerHTML", {
	...inner,
	set(html) {
		inner.set.call(this, String(html).replace(/(\s)style(\s*=\s*["'])/g, "$1data-style$2"));
	},
});

const bring = Document.prototype.importNode;
Document.prototype.importNode = function (node, deep) {
	const made = bring.call(this, node, deep);
	for (const each of made.querySelectorAll?.("[data-style]") ?? []) each.style.cssText = each.dataset.style;
	return made;
};
