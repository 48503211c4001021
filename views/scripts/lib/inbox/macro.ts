// What a macro does besides its words waits in the composer until they are sent, in sight and revocable. Like a draft it is
// its writer's and its conversation's, and outlives the page.
import { openId } from "./talk";

export interface Chosen {
  id: string;
  name: string;
  deeds: string[];
  apply: string; // where it is posted to when nothing is said
}

const line = () => document.querySelector<HTMLElement>("[data-macro-line]");
const key = () => `${document.querySelector<HTMLElement>("[data-inbox]")?.dataset.reader}:${openId()}:macro`;

export function chosenMacro(): Chosen | undefined {
  const kept = sessionStorage.getItem(key());
  return kept ? (JSON.parse(kept) as Chosen) : undefined;
}

/** Takes an offer's deeds. One without deeds is remembered too: that it was used is counted. */
export function chooseMacro(item: HTMLElement): void {
  const { macro = "", name = "", deeds = "[]", apply = "" } = item.dataset;
  const chosen: Chosen = { id: macro, name, deeds: JSON.parse(deeds) as string[], apply };
  sessionStorage.setItem(key(), JSON.stringify(chosen));
  showMacro();
}

export function dropMacro(): void {
  sessionStorage.removeItem(key());
  showMacro();
}

export function showMacro(): void {
  const shown = line();
  if (!shown) return;
  const chosen = chosenMacro();
  shown.hidden = !chosen?.deeds.length;
  shown.title = chosen?.name ?? "";
  const list = shown.querySelector<HTMLElement>("[data-macro-deeds]");
  list?.replaceChildren(
    ...(chosen?.deeds ?? []).map((deed) => {
      const one = document.createElement("li");
      one.dir = "auto";
      one.textContent = one.title = deed;
      return one;
    }),
  );
  name();
}

/** The button says what it does: with words it sends, without it only does. */
export function name(): void {
  const text = document.getElementById("composer-text") as HTMLTextAreaElement | null;
  const word = document.querySelector<HTMLElement>("[data-send] [data-does]");
  if (!text || !word) return;
  const says = !!text.value.trim() || !chosenMacro()?.deeds.length;
  const wanted = (says ? word.dataset.says : word.dataset.does) ?? "";
  if (word.textContent !== wanted) word.textContent = wanted;
}

export function watchMacro(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-macro-drop]")) return;
    dropMacro();
    document.getElementById("composer-text")?.focus();
  });
  document.addEventListener("input", (event) => {
    if ((event.target as Element).id === "composer-text") name();
  });
}
