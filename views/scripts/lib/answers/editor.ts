// The editor of an article: saves by itself, shows what players will see, says honestly what isn't saved.
import { differs, Keeper, type Kept } from "./keep";
import { showPreview } from "./preview";

export interface EditorWords {
  saving: string;
  saved: string; // with \0 for the time
  unsaved: string;
  notSaved: string;
  kept: string;
  found: string; // with \0 for the time
  unreached: string;
}

interface Saved {
  seen: string;
  state: string; // the pill as markup
  tab: string;
}

const saveAfter = 1200; // ms without a key
const retryAfter = 8000;
const names = ["title", "summary", "slug", "body"];

export function watchEditor(article: HTMLElement, words: EditorWords): void {
  const form = document.getElementById("editor") as HTMLFormElement | null;
  if (!form) return;
  const control = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;
  const fields = () => Object.fromEntries(names.map((name) => [name, control(name).value]));
  const seen = form.elements.namedItem("seen") as HTMLInputElement;
  const line = form.querySelector<HTMLElement>("[data-saved]")!;
  const keeper = new Keeper(`article:${article.dataset.reader}:${article.dataset.article}`);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const clock = (at: number) => time.format(new Date(at));

  let saved = fields(); // what the desk has
  let timer = 0;
  let saving: Promise<boolean> | undefined;
  let blocked = false; // somebody else saved: nothing goes by itself until the writer has decided
  let leaving = false;

  const dirty = () => differs(saved, fields());

  function trouble(sentence: string, ...ways: string[]): void {
    const box = form!.querySelector<HTMLElement>("[data-trouble]")!;
    box.querySelector("[data-trouble-words]")!.textContent = sentence;
    for (const way of ["theirs", "over", "sign-in", "again"]) {
      box.querySelector<HTMLElement>(`[data-trouble-${way}]`)!.hidden = !ways.includes(way);
    }
    box.hidden = false;
    line.textContent = words.unsaved;
  }

  function calm(): void {
    form!.querySelector<HTMLElement>("[data-trouble]")!.hidden = true;
  }

  async function send(over: boolean): Promise<boolean> {
    const sent = fields();
    const body = new URLSearchParams({ ...sent, seen: seen.value });
    if (over) body.set("over", "yes");
    line.textContent = words.saving;
    let answer: Response;
    try {
      answer = await fetch(form!.action, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      trouble(`${words.unreached} ${words.kept}`, "again");
      timer = window.setTimeout(() => void save(), retryAfter);
      return false;
    }
    const said = (await answer.json().catch(() => ({}))) as Partial<Saved> & { detail?: string };
    if (answer.ok) {
      seen.value = said.seen ?? seen.value;
      saved = sent;
      blocked = false;
      calm();
      for (const [part, html] of [["[data-mark]", said.state], [".language-tab[aria-current] .language-state", said.tab]] as const) {
        const old = document.querySelector(part);
        if (old && html) old.outerHTML = html;
      }
      if (dirty()) later();
      else {
        keeper.done();
        line.textContent = words.saved.replace("\0", clock(Date.now()));
      }
      return true;
    }
    if (answer.status === 401) trouble(words.kept, "sign-in", "again");
    else if (answer.status === 409) {
      blocked = true;
      trouble(`${said.detail ?? words.notSaved} ${words.kept}`, "theirs", "over");
    } else {
      trouble([words.notSaved, said.detail].filter(Boolean).join(" "), "again");
      if (answer.status >= 500) timer = window.setTimeout(() => void save(), retryAfter);
    }
    return false;
  }

  async function save(over = false): Promise<boolean> {
    clearTimeout(timer);
    if (blocked && !over) return false;
    while (saving) await saving;
    if (!dirty() && !over) return true;
    saving = send(over).finally(() => (saving = undefined));
    return saving;
  }

  function later(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), saveAfter);
  }

  form.addEventListener("input", (event) => {
    if (!names.includes((event.target as HTMLInputElement).name)) return;
    if (dirty()) {
      keeper.put({ fields: fields(), seen: seen.value, at: Date.now() });
      if (!blocked) line.textContent = words.unsaved;
      later();
    } else keeper.done();
    showPreview(form);
  });

  form.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-trouble-over]")) void save(true);
    else if (target.closest("[data-trouble-again]")) void save();
    else if (target.closest("[data-kept-take]")) take();
    else if (target.closest("[data-kept-drop]")) answered();
  });

  // Saving by hand stays on the page; the other deeds take the words with them and lead on.
  form.addEventListener("submit", (event) => {
    const by = event.submitter as HTMLButtonElement | null;
    if (!by || by.hasAttribute("data-save")) {
      event.preventDefault();
      void save();
      return;
    }
    leaving = true;
    if (!saving) return;
    // A save is on its way: the deed waits for it, since both say what they have seen.
    event.preventDefault();
    void saving.then(() => form.requestSubmit(by));
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      void save();
    }
  });
  addEventListener("online", () => void save());
  addEventListener("focus", () => !form.querySelector<HTMLElement>("[data-trouble-sign-in]")!.hidden && void save());
  addEventListener("pagehide", () => {
    if (leaving || blocked || saving || !dirty()) return;
    void fetch(form.action, {
      method: "POST", keepalive: true, headers: { Accept: "application/json" },
      body: new URLSearchParams({ ...fields(), seen: seen.value }),
    }).catch(() => {});
  });

  let offered: Kept | undefined = control("body").readOnly ? undefined : keeper.offer(saved);
  if (offered) {
    const box = form.querySelector<HTMLElement>("[data-kept]")!;
    box.querySelector("[data-kept-words]")!.textContent = words.found.replace("\0", clock(offered.at));
    box.hidden = false;
  }

  function take(): void {
    if (!offered) return;
    for (const name of names) control(name).value = offered.fields[name] ?? "";
    const moved = offered.seen !== seen.value;
    keeper.put({ fields: fields(), seen: seen.value, at: Date.now() });
    answered();
    showPreview(form!);
    control("body").focus();
    if (moved) {
      blocked = true;
      trouble(words.kept, "theirs", "over");
    } else later();
  }

  function answered(): void {
    offered = undefined;
    keeper.answered();
    form!.querySelector<HTMLElement>("[data-kept]")!.hidden = true;
  }
}
