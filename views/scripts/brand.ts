// The page of the casino's face: what is typed shows at once in the pictures beside the form. Without this script the page has
// a button for that.

for (const frame of document.querySelectorAll<HTMLIFrameElement>("[data-still]")) {
  frame.addEventListener("load", () => dress(frame.contentDocument));
  dress(frame.contentDocument);
}

const form = document.querySelector<HTMLFormElement>("[data-brand-form]");
if (form) follow(form);

function follow(form: HTMLFormElement): void {
  let wait = 0;
  let asked = 0;
  const unsaved = form.querySelector<HTMLElement>("[data-unsaved]");
  form.querySelector<HTMLElement>("[data-look]")?.setAttribute("hidden", "");

  for (const picker of form.querySelectorAll<HTMLInputElement>("[data-colour-of]")) {
    const field = form.elements.namedItem(picker.dataset.colourOf!) as HTMLInputElement;
    const known = () => {
      if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value.toLowerCase();
    };
    known();
    picker.hidden = false;
    picker.addEventListener("input", () => {
      field.value = picker.value;
    });
    field.addEventListener("input", known);
  }

  const look = async () => {
    const turn = ++asked;
    const body = new FormData(form);
    for (const [name, value] of [...body]) {
      if (value instanceof File && !value.size) body.delete(name);
    }
    const hadFile = [...body.values()].some((value) => value instanceof File);
    try {
      const answer = await fetch("/settings/brand/look", { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok || turn !== asked) return;
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
      put(shown, "mends");
      if (hadFile || dropped(form)) put(shown, "pictures");
      for (const still of shown.querySelectorAll<HTMLIFrameElement>("[data-still]")) redraw(still.dataset.still!, still.srcdoc);
    } catch {
      // The line is down; what is typed stays, and the next try shows it.
    }
  };

  form.addEventListener("input", () => {
    unsaved?.removeAttribute("hidden");
    clearTimeout(wait);
    wait = window.setTimeout(() => void look(), 200);
  });
}

const dropped = (form: HTMLFormElement) => !!form.querySelector("[name^=drop_]:checked");

// put takes a part of the answer into the page.
function put(shown: Document, part: string): void {
  const fresh = shown.querySelector(`[data-part=${part}]`);
  const old = document.querySelector(part === "pictures" ? "#pictures" : `[data-part=${part}]`);
  if (!fresh || !old) return;
  if (part === "pictures") old.replaceWith(fresh.firstElementChild!);
  else old.replaceChildren(...fresh.childNodes);
}

// redraw changes what a still shows without loading it again, so that it doesn't blink. Its colours change once they are there.
function redraw(name: string, html: string): void {
  const frame = document.querySelector<HTMLIFrameElement>(`iframe[data-still="${name}"]`);
  if (!frame) return;
  const inside = frame.contentDocument;
  if (!inside?.head || frame.srcdoc === html || !inside.querySelector("body > *")) {
    if (frame.srcdoc !== html) frame.srcdoc = html;
    return;
  }
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const themes = "link[href*='theme.css']";
  const wanted = fresh.querySelector<HTMLLinkElement>(themes)?.getAttribute("href");
  const old = [...inside.querySelectorAll<HTMLLinkElement>(themes)];
  if (wanted && old.at(-1)?.getAttribute("href") !== wanted) {
    const link = inside.createElement("link");
    link.rel = "stylesheet";
    link.href = wanted;
    link.onload = () => old.forEach((each) => each.remove());
    inside.head.append(link);
  }
  inside.body.replaceWith(inside.adoptNode(fresh.body));
  dress(inside);
}

// dress puts on the styles that a still's elements carry as data. The page's policy refuses style attributes, in the stills too,
// but lets its own scripts set a style.
function dress(inside: Document | null): void {
  for (const each of inside?.querySelectorAll<HTMLElement>("[data-style]") ?? []) each.style.cssText = each.dataset.style!;
}
