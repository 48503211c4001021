// "/" at the start of a word in the composer looks among macros and in the help centre. The words stay in the composer until something is
// chosen; the list lies over it, so that nothing moves and the caret stays.
import { chooseMacro } from "./macro";
import { part, Refusal } from "./parts";
import { onOpen } from "./talk";

const form = () => document.getElementById("composer") as HTMLFormElement | null;
const area = () => document.getElementById("composer-text") as HTMLTextAreaElement | null;
const box = () => document.querySelector<HTMLElement>("[data-insert]");
const list = () => document.querySelector<HTMLElement>("[data-insert-list]");
const beside = () => document.getElementById("article-beside");
const options = () => [...(list()?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];

const after = 120; // ms without a key
const longest = 80; // letters after the slash
const kindKey = "insert-kind";

let begins = -1; // where the slash stands while the list is open
let declined = -1; // where it stood when the writer closed the list
let timer = 0;
let asking: AbortController | undefined;
let composing = false;
let opened = -1; // where the button put the slash, which goes again when nothing is chosen

type Kind = "link" | "summary";
const kind = (): Kind => (sessionStorage.getItem(kindKey) === "summary" ? "summary" : "link");

/** The slash that the caret's words belong to: at the start of the text, or after a space. */
function slash(): { at: number; words: string } | undefined {
  const text = area();
  if (!text || text.selectionStart !== text.selectionEnd) return undefined;
  const found = /(?:^|\s)\/([^\s/][^\n/]*)?$/.exec(text.value.slice(0, text.selectionStart));
  const words = found?.[1] ?? "";
  if (!found || words.length > longest) return undefined;
  return { at: text.selectionStart - words.length - 1, words };
}

function look(): void {
  if (composing) return;
  const now = slash();
  if (!now) {
    declined = -1;
    return close();
  }
  if (now.at === declined) return;
  begins = now.at;
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(now.words), open() ? after : 0);
}

const open = () => box()?.hidden === false;

async function ask(words: string): Promise<void> {
  const href = form()?.dataset.answers;
  const target = list();
  if (!href || !target) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const html = await part(`${href}?q=${encodeURIComponent(words.trim())}`, asking.signal);
    if (begins < 0) return;
    target.innerHTML = html;
    target.scrollTop = 0;
    // Words that lead nowhere and go on for long are a sentence that happens to begin with a slash.
    if (!options().length && /\s\S+\s/.test(words)) return close();
    show();
    choose(0);
    say(target.querySelector<HTMLElement>("[data-said]")?.dataset.said ?? "");
  } catch (error) {
    if ((error as Error).name === "AbortError") return;
    say(error instanceof Refusal ? error.message : "");
    close();
  }
}

function show(): void {
  const text = area();
  const shown = box();
  if (!text || !shown) return;
  shown.hidden = false;
  // As much room as there is over the composer.
  const room = (form()?.getBoundingClientRect().top ?? 0) - (document.getElementById("talk")?.getBoundingClientRect().top ?? 0) - 8;
  shown.style.maxHeight = `${Math.max(160, Math.min(room, 420))}px`;
  text.setAttribute("role", "combobox");
  text.setAttribute("aria-expanded", "true");
  drawKind();
}

function close(): void {
  const slash = opened;
  opened = -1;
  begins = -1;
  clearTimeout(timer);
  asking?.abort();
  const text = area();
  text?.removeAttribute("role");
  text?.removeAttribute("aria-expanded");
  text?.removeAttribute("aria-activedescendant");
  const shown = box();
  if (shown) shown.hidden = true;
  if (slash >= 0 && text?.value[slash] === "/" && text.selectionStart === slash + 1) put(text, slash, slash + 1, "");
}

/** Opens the list as "/" does, for whoever reaches for a button. */
function press(): void {
  const text = area();
  if (!text) return;
  if (open()) return close();
  const at = text.selectionStart;
  const apart = at > 0 && !/\s/.test(text.value[at - 1]!) ? " " : "";
  put(text, at, text.selectionEnd, `${apart}/`);
  opened = at + apart.length;
}

function say(sentence: string): void {
  const line = document.querySelector<HTMLElement>("[data-insert-said]");
  if (line && line.textContent !== sentence) line.textContent = sentence;
}

const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true");

function choose(to: number): void {
  const all = options();
  if (!all.length) return area()?.removeAttribute("aria-activedescendant");
  const at = (to + all.length) % all.length;
  all.forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
  all[at]!.scrollIntoView({ block: "nearest" });
  area()?.setAttribute("aria-activedescendant", all[at]!.id);
}

function drawKind(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-insert-kind]")) {
    button.setAttribute("aria-pressed", String(button.dataset.insertKind === kind()));
  }
}

function take(item: HTMLElement, as: Kind): void {
  const text = area();
  if (!text || begins < 0) return;
  opened = -1;
  const { title = "", summary = "", link = "", open: page } = item.dataset;
  if (item.dataset.macro) {
    const start = begins;
    const { words = "" } = item.dataset;
    const rest = text.value.slice(text.selectionStart);
    close();
    put(text, start, text.selectionStart, words + (words && rest && !/^\s/.test(rest) ? " " : ""));
    chooseMacro(item);
    return;
  }
  const note = form()?.dataset.mode === "note";
  const start = begins;
  const lineStart = text.value.lastIndexOf("\n", start - 1) + 1;
  const alone = !text.value.slice(lineStart, start).trim();
  let words = as === "summary" && summary ? summary : alone ? `${title}\n${link}` : `${title} — ${link}`;
  if (page && !note) words = ""; // staff's own words never slip into a reply
  close();
  put(text, start, text.selectionStart, words ? `${words} ` : "");
  if (page && !note) void openBeside(page);
}

/** Types over a stretch of the composer as a person would: undo takes it back, and a draft is kept. */
function put(text: HTMLTextAreaElement, from: number, to: number, words: string): void {
  text.focus();
  text.setSelectionRange(from, to);
  const typed = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
  if (typed) return;
  text.setRangeText(words, from, to, "end");
  text.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

async function openBeside(href: string): Promise<void> {
  const panel = beside();
  if (!panel) return;
  try {
    panel.innerHTML = await part(href);
    panel.hidden = false;
    const frame = panel.querySelector("iframe");
    const dress = () => {
      const inside = frame?.contentDocument;
      if (!inside?.documentElement) return;
      const { scheme } = document.documentElement.dataset;
      if (scheme) inside.documentElement.dataset.scheme = scheme;
      inside.addEventListener("click", (event) => {
        if ((event.target as Element).closest?.("a[href]:not([href^='#'])")) event.preventDefault();
      });
    };
    frame?.addEventListener("load", dress);
    say(panel.querySelector("h2")?.textContent ?? "");
  } catch (error) {
    say(error instanceof Refusal ? error.message : "");
  }
}

function closeBeside(): void {
  const panel = beside();
  if (!panel || panel.hidden) return;
  panel.hidden = true;
  panel.replaceChildren();
  area()?.focus();
}

export function watchInsert(): void {
  onOpen(() => {
    close();
    closeBeside();
  });
  document.addEventListener("input", (event) => {
    if (event.target === area()) look();
  });
  for (const edge of ["compositionstart", "compositionend"]) {
    document.addEventListener(edge, (event) => {
      if (event.target !== area()) return;
      composing = edge === "compositionstart";
      if (!composing) look();
    });
  }
  // Before the composer's own keys and the menus': while the list is open, these keys are its.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && !open() && (event.target === area() || beside()?.contains(event.target as Node))) return closeBeside();
      if (event.target !== area() || !open() || event.isComposing) return;
      const all = options();
      const at = all.indexOf(chosen()!);
      switch (event.key) {
        case "ArrowDown":
          choose(at + 1);
          break;
        case "ArrowUp":
          choose(at - 1);
          break;
        case "Enter":
        case "Tab":
          if (event.ctrlKey || event.metaKey || event.altKey || !all.length || (event.key === "Tab" && event.shiftKey)) return close();
          take(all[at]!, event.shiftKey ? (kind() === "link" ? "summary" : "link") : kind());
          break;
        case "Escape":
          declined = begins;
          close();
          break;
        case "ArrowLeft":
        case "ArrowRight":
        case "Home":
        case "End":
          return close();
        default:
          return;
      }
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  // A press on the list leaves the caret in the composer.
  document.addEventListener("mousedown", (event) => {
    if ((event.target as Element).closest("[data-insert], [data-insert-open]")) event.preventDefault();
  });
  document.addEventListener("mousemove", (event) => {
    const item = (event.target as Element).closest<HTMLElement>(".insert-item");
    if (item && item.getAttribute("aria-selected") !== "true") {
      for (const one of options()) one.setAttribute("aria-selected", String(one === item));
      area()?.setAttribute("aria-activedescendant", item.id);
    }
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const item = target.closest<HTMLElement>(".insert-item");
    const as = target.closest<HTMLElement>("[data-insert-kind]");
    if (target.closest("[data-insert-open]")) return press();
    if (item) take(item, kind());
    else if (as) {
      sessionStorage.setItem(kindKey, as.dataset.insertKind!);
      drawKind();
    } else if (target.closest("[data-beside-close]")) closeBeside();
    else if (open() && target !== area() && !target.closest("[data-insert]")) close();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === area() && !(event.relatedTarget as Element | null)?.closest?.("[data-insert]")) close();
  });
}
