// The sign-up page: makes a short name of the casino's name, and says while it is typed whether it can be had. Without this
// script the form says so once it is sent.
export {};

interface Said { slug: string; free: boolean; sentence: string }

const field = document.querySelector<HTMLElement>("[data-slug]");
const slug = field?.querySelector<HTMLInputElement>("input");
const name = document.querySelector<HTMLInputElement>("[data-sign-up] input[name=name]");
const language = document.documentElement.lang;

if (field && slug) {
	let own = slug.value !== ""; // somebody has typed a short name: the casino's name changes it no more
	let turn = 0;
	let wait = 0;

	const show = (said: Said) => {
		const line = field.querySelector<HTMLTemplateElement>(said.free ? "[data-free]" : "[data-wrong]")!.content.cloneNode(true) as DocumentFragment;
		line.querySelector("span")!.textContent = said.sentence;
		field.querySelector("#slug-said")!.replaceChildren(...(said.sentence ? [line] : []));
		slug.toggleAttribute("aria-invalid", !said.free && said.sentence !== "");
	};

	const ask = async (what: "name" | "slug", text: string) => {
		const mine = ++turn;
		try {
			const answer = await fetch(`/names?${what}=${encodeURIComponent(text)}&lang=${language}`);
			if (!answer.ok || mine !== turn) return;
			const said = (await answer.json()) as Said;
			if (mine !== turn) return;
			if (what === "name") slug.value = said.slug;
			show(said);
		} catch {
			// Sending the form tells.
		}
	};

	const soon = (what: "name" | "slug", from: HTMLInputElement) => {
		clearTimeout(wait);
		wait = window.setTimeout(() => void ask(what, from.value), 250);
	};

	slug.addEventListener("input", () => {
		own = slug.value !== "";
		soon("slug", slug);
	});
	name?.addEventListener("input", () => {
		if (!own) soon("name", name);
	});
}

// A form is sent once: founding takes a moment.
for (const form of document.querySelectorAll("form")) {
	form.addEventListener("submit", (event) => {
		if (form.dataset.sent) return event.preventDefault();
		form.dataset.sent = "yes";
		form.querySelector("button")?.setAttribute("aria-busy", "true");
	});
}
// A page that the browser brings back as it was may be sent again.
addEventListener("pageshow", () => {
	for (const form of document.querySelectorAll("form")) {
		delete form.dataset.sent;
		form.querySelector("button")?.removeAttribute("aria-busy");
	}
});
