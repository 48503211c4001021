// What players will see: the desk renders it as it would for them, the frame shows it in the casino's colours.

const after = 300; // ms without a key
let timer = 0;
let asking: AbortController | undefined;

const frame = () => document.querySelector<HTMLIFrameElement>("[data-preview-frame]");

export function showPreview(form: HTMLFormElement): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(form), after);
}

async function ask(form: HTMLFormElement): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const body = new URLSearchParams();
  for (const name of ["title", "summary", "body"]) body.set(name, (form.elements.namedItem(name) as HTMLInputElement).value);
  try {
    const answer = await fetch(form.dataset.preview!, { method: "POST", body, signal: asking.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const html = await answer.text();
    const main = frame()?.contentDocument?.querySelector("main");
    if (main) main.innerHTML = html; // the scroll stays: the document is the same
  } catch {
    // The next key asks again.
  }
}

/** The frame shows an article, it doesn't lead anywhere; and it is as light or dark as the page around it. */
function settle(): void {
  const inside = frame()?.contentDocument;
  if (!inside?.documentElement) return;
  const { scheme } = document.documentElement.dataset;
  if (scheme) inside.documentElement.dataset.scheme = scheme;
  else delete inside.documentElement.dataset.scheme;
  inside.addEventListener("click", (event) => {
    if ((event.target as Element).closest?.("a[href]:not([href^='#']), button, summary")) event.preventDefault();
  });
}

frame()?.addEventListener("load", settle);
settle();
new MutationObserver(settle).observe(document.documentElement, { attributeFilter: ["data-scheme"] });
