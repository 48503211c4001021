// The list and the views: redrawn in place when something happened.
import { coalesced, morph, part, Refusal, spread } from "./parts";

const rows = () => document.getElementById("rows");

let limit = ""; // how many rows the reader asked for
let settled: (() => void)[] = [];

/** Tells listeners that the list was redrawn. */
export function onList(then: () => void): void {
  settled.push(then);
}

export const refreshList = coalesced(async () => {
  const list = document.getElementById("list");
  const target = rows();
  if (!list?.dataset.list || !target) return;
  const url = new URL(list.dataset.list, location.href);
  if (limit) url.searchParams.set("limit", limit);
  try {
    const html = await part(url.href);
    await morph(target, html);
    markOpen();
    for (const then of settled) then();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) setTimeout(refreshList, 5000);
  }
}, 700);

export const refreshBoxes = coalesced(async () => {
  const boxes = document.getElementById("boxes");
  if (!boxes?.dataset.boxes) return;
  try {
    await spread(await part(boxes.dataset.boxes));
    showTitle();
  } catch {
    // The counts wait for the next hint; the list tells that the line is down.
  }
}, 2000);

/** Marks the row of the conversation that is open. */
export function markOpen(): void {
  const open = document.getElementById("talk")?.dataset.talkId;
  for (const row of document.querySelectorAll<HTMLElement>(".row[data-talk]")) {
    if (row.dataset.talk === open) {
      row.setAttribute("aria-current", "true");
      row.classList.remove("row-unread");
      row.querySelector(".row-dot")?.remove();
    } else row.removeAttribute("aria-current");
  }
}

/** Puts the number of unread conversations before the page's title. */
export function showTitle(): void {
  const unread = Number(document.querySelector<HTMLElement>("[data-unread]")?.dataset.unread ?? 0);
  const plain = document.title.replace(/^\(\d+\) /, "");
  const title = unread > 0 ? `(${unread}) ${plain}` : plain;
  if (document.title !== title) document.title = title;
}

/** Names what is shown in the tab's title, before the casino's name. */
export function nameTab(name: string | null | undefined): void {
  const casino = document.title.split(" · ").at(-1) ?? "";
  if (name) document.title = `${name.trim()} · ${casino}`;
  showTitle();
}

export function watchList(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const more = target.closest<HTMLAnchorElement>("[data-more]");
    if (more) {
      event.preventDefault();
      limit = new URL(more.href).searchParams.get("limit") ?? "";
      refreshList();
    } else if (target.closest("[data-refresh]")) refreshList();
  });
  // Up and down walk the list, as they do in mail programs.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const now = (event.target as Element).closest<HTMLElement>(".row[data-talk]");
    if (!now) return;
    const all = [...document.querySelectorAll<HTMLElement>(".row[data-talk]")];
    all[all.indexOf(now) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    event.preventDefault();
  });
  // "/" and Ctrl+K lead to the search, Escape there back to the list.
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector<HTMLInputElement>("[data-search]");
    const target = event.target as HTMLElement;
    if (!search) return;
    if (target === search && event.key === "Escape" && !search.value) return rows()?.focus();
    const wanted = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey);
    if (!wanted || (event.key === "/" && target.closest("input, textarea, select, [contenteditable]"))) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
  showTitle();
  // Waiting times warm, and a hint may have been missed.
  setInterval(() => {
    if (!document.hidden) refreshList();
  }, 60_000);
}
