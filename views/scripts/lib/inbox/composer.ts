// Writing: a draft per conversation and mode that outlives the page, files, sending that shows at once and fails visibly.
import { flash } from "../flash";
import { Refusal, post } from "./parts";
import { onArrive, onOpen, openId, refreshTalk, talk, toEnd } from "./talk";
import { refreshList } from "./list";
import { chosenMacro, dropMacro, showMacro } from "./macro";
import { writing } from "./presence";

type Mode = "reply" | "note";

export interface ComposerWords {
  sending: string;
  notSent: string;
  again: string;
  discard: string;
  remove: string;
  unreached: string;
  filesTooMany: string;
}

interface Attached {
  id: string; // the desk's, once it is there
  name: string;
  item: HTMLElement;
}

const mostFiles = 10;
let words: ComposerWords;
let attached: Attached[] = [];

const form = () => document.getElementById("composer") as HTMLFormElement | null;
const area = () => document.getElementById("composer-text") as HTMLTextAreaElement | null;
const mode = (): Mode => (form()?.dataset.mode === "note" ? "note" : "reply");
/** A draft is its writer's: whoever signs in after them in this tab doesn't find it. */
const mine = (what: string) => `${document.querySelector<HTMLElement>("[data-inbox]")?.dataset.reader}:${openId()}:${what}`;
const key = (which: Mode) => mine(`draft:${which}`);

export function watchComposer(said: ComposerWords): void {
  words = said;
  onOpen(restore);
  onArrive(settle);
  document.addEventListener("input", (event) => {
    if (event.target !== area()) return;
    keep();
    writing(mode(), area()!.value !== "");
  });
  document.addEventListener("click", (event) => {
    const choice = (event.target as Element).closest<HTMLElement>("[data-mode-choice]");
    if (choice) choose(choice.dataset.modeChoice as Mode);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target === area() && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form()?.requestSubmit();
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    submit();
  });
  document.addEventListener("change", (event) => {
    const pick = event.target as HTMLInputElement;
    if (!pick.matches("[data-pick]")) return;
    for (const file of pick.files ?? []) void attach(file);
    pick.value = "";
  });
  document.addEventListener("paste", (event) => {
    if (event.target !== area() || !event.clipboardData?.files.length) return;
    event.preventDefault();
    for (const file of event.clipboardData.files) void attach(file);
  });
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    document.addEventListener(kind, (event) => {
      const over = (event.target as Element).closest?.("#talk") ? form() : null;
      if (!over || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      over.classList.toggle("composer-drop", kind === "dragover");
      if (kind === "drop") for (const file of event.dataTransfer.files) void attach(file);
    });
  }
}

function restore(): void {
  attached = [];
  if (!form()) return;
  showMacro();
  choose(sessionStorage.getItem(mine("mode")) === "note" && form()!.querySelector("[data-mode-choice=note]") ? "note" : mode(), false);
}

function keep(): void {
  const text = area()?.value ?? "";
  if (text) sessionStorage.setItem(key(mode()), text);
  else sessionStorage.removeItem(key(mode()));
}

function choose(which: Mode, focus = true): void {
  const now = form();
  const text = area();
  if (!now || !text) return;
  now.dataset.mode = which;
  sessionStorage.setItem(mine("mode"), which);
  text.value = sessionStorage.getItem(key(which)) ?? "";
  text.placeholder = (which === "note" ? text.dataset.writeNote : text.dataset.writeReply) ?? "";
  for (const choice of now.querySelectorAll<HTMLElement>("[data-mode-choice]")) {
    choice.setAttribute("aria-pressed", String(choice.dataset.modeChoice === which));
  }
  for (const part of now.querySelectorAll<HTMLElement>("[data-for]")) part.hidden = part.dataset.for !== which;
  if (focus) text.focus();
}

function submit(): void {
  const now = form();
  const text = area();
  if (!now || !text || attached.some((file) => !file.id)) return;
  const said = text.value.trim();
  const macro = chosenMacro();
  if (!said && !attached.length) {
    if (macro) void apply(macro.apply);
    return text.focus();
  }
  const body = new URLSearchParams({ text: said, client_id: crypto.randomUUID() });
  if (macro) body.append("macro", macro.id);
  for (const file of attached) body.append("file", file.id);
  const which = mode();
  const names = attached.map((file) => file.name);
  const url = which === "note" ? now.dataset.note! : now.dataset.reply!;
  text.value = "";
  keep();
  dropMacro();
  attached = [];
  drawAttached();
  writing(which, false);
  void send(url, body, shown(which, said, names));
  text.focus();
}

/** A macro that says nothing is done at once. */
async function apply(url: string): Promise<void> {
  try {
    await post(url, new URLSearchParams(), true);
    dropMacro();
    refreshTalk();
    refreshList();
  } catch (error) {
    flash(error instanceof Refusal && error.message ? error.message : words.unreached, "bad");
  }
}

/** The words as they stand in the timeline until the desk has them. */
function shown(which: Mode, said: string, names: string[]): HTMLElement {
  const entry = document.createElement("li");
  entry.className = `entry entry-${which === "note" ? "note" : "message"} by-agent entry-mine entry-waiting`;
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  const text = document.createElement("p");
  text.className = "bubble-text";
  text.dir = "auto";
  text.textContent = [said, ...names].filter(Boolean).join("\n");
  bubble.append(text);
  entry.append(bubble);
  document.getElementById("entries")?.append(entry);
  toEnd();
  return entry;
}

async function send(url: string, body: URLSearchParams, entry: HTMLElement): Promise<void> {
  entry.dataset.waits = body.get("client_id") ?? "";
  entry.className = entry.className.replace("entry-failed", "entry-waiting");
  entry.querySelector(".entry-trouble")?.remove();
  const slow = setTimeout(() => entry.isConnected && trouble(entry, words.sending), 2000);
  try {
    await post(url, body, true);
    // A note of the reader's own carries its id too, so that its entry takes this one's place.
    refreshTalk();
    refreshList();
  } catch (error) {
    entry.className = entry.className.replace("entry-waiting", "entry-failed");
    const why = error instanceof Refusal ? error.message : words.unreached;
    trouble(entry, [words.notSent, why].filter(Boolean).join(": "), () => void send(url, body, entry));
    // Without a network it goes by itself when that is back; a refusal is for the writer to answer.
    if (!(error instanceof Refusal)) addEventListener("online", () => entry.isConnected && void send(url, body, entry), { once: true });
  } finally {
    clearTimeout(slow);
  }
}

function trouble(entry: HTMLElement, sentence: string, retry?: () => void): void {
  entry.querySelector(".entry-trouble")?.remove();
  const line = document.createElement("div");
  line.className = "entry-trouble";
  line.setAttribute("role", retry ? "alert" : "status");
  const text = document.createElement("span");
  text.textContent = sentence;
  line.append(text);
  if (retry) {
    line.append(
      button(words.again, retry),
      button(words.discard, () => {
        const said = entry.querySelector(".bubble-text")?.textContent ?? "";
        entry.remove();
        const box = area();
        if (box && !box.value) {
          box.value = said;
          keep();
        }
      }),
    );
  }
  entry.append(line);
  toEnd();
}

function button(word: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = word;
  made.addEventListener("click", press);
  return made;
}

/** Entries came from the desk: what stood in for them goes. */
function settle(entries: HTMLElement[]): void {
  for (const entry of entries) {
    const id = entry.dataset.clientId;
    if (id) document.querySelector(`[data-waits="${CSS.escape(id)}"]`)?.remove();
  }
}

async function attach(file: File): Promise<void> {
  const now = form();
  if (!now) return;
  const item = document.createElement("li");
  item.className = "attached-file";
  item.dataset.state = "sending";
  const one: Attached = { id: "", name: file.name, item };
  const name = document.createElement("span");
  name.className = "clip";
  name.dir = "auto";
  name.textContent = name.title = file.name;
  const off = document.createElement("button");
  off.type = "button";
  off.className = "attached-off";
  off.textContent = "×";
  off.ariaLabel = `${words.remove} ${file.name}`;
  off.addEventListener("click", () => {
    attached = attached.filter((other) => other !== one);
    drawAttached();
  });
  item.append(name, off);
  attached.push(one);
  drawAttached();
  try {
    if (attached.length > mostFiles) throw new Refusal(422, words.filesTooMany);
    const body = new FormData();
    body.append("file", file);
    one.id = (await (await post(now.dataset.files!, body)).json()).file.id;
    item.dataset.state = "there";
  } catch (error) {
    item.dataset.state = "failed";
    name.textContent = `${file.name}: ${error instanceof Refusal && error.message ? error.message : words.unreached}`;
    name.title = name.textContent;
    attached = attached.filter((other) => other !== one);
    off.addEventListener("click", () => item.remove());
  }
}

function drawAttached(): void {
  const list = form()?.querySelector<HTMLElement>("[data-attached]");
  if (!list) return;
  list.replaceChildren(...attached.map((file) => file.item));
  list.hidden = !attached.length;
}

export { talk };
