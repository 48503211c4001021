// The open conversation: opening one, bringing news into it, reading marks, scrolling.
import { flash } from "../flash";
import { coalesced, fragment, morph, part, post, put, Refusal } from "./parts";
import { markOpen, nameTab, refreshBoxes, refreshList } from "./list";

const near = 80; // px from the end that still count as being there

let opened: ((talk: HTMLElement) => void)[] = [];
let arrived: ((entries: HTMLElement[]) => void)[] = [];
const again = new Set<number>(); // entries that changed
let opening: AbortController | undefined;
let lastHead = "";
let lastPlayer = "";

export const talk = () => document.getElementById("talk");
export const openId = () => talk()?.dataset.talkId ?? "";
const timeline = () => document.getElementById("timeline");
const entries = () => document.getElementById("entries");

export function onOpen(then: (talk: HTMLElement) => void): void {
  opened.push(then);
}

export function onArrive(then: (entries: HTMLElement[]) => void): void {
  arrived.push(then);
}

export async function openTalk(href: string, push = true): Promise<void> {
  opening?.abort();
  opening = new AbortController();
  const url = new URL(href, location.href);
  const area = document.getElementById("open");
  const inbox = document.querySelector(".inbox");
  if (!area || !inbox) return;
  area.setAttribute("aria-busy", "true");
  try {
    const html = await part(url.href, opening.signal);
    put(area, html);
    inbox.classList.add("inbox-open");
    if (push) history.pushState({ talk: url.href }, "", url);
    begin();
    if (push && matchMedia("(width < 48rem)").matches) timeline()?.focus({ preventScroll: true });
  } catch (error) {
    if ((error as Error).name === "AbortError") return;
    flash(error instanceof Refusal && error.message ? error.message : (document.body.dataset.offline ?? ""), "bad");
    if (error instanceof Refusal && error.status === 404) refreshList();
  } finally {
    area.removeAttribute("aria-busy");
  }
}

/** Closes what is open, where the window has one column. */
export function closeTalk(push = true): void {
  const back = talk()?.dataset.back;
  if (push && back) history.pushState({}, "", back);
  document.querySelector(".inbox")?.classList.remove("inbox-open");
  const id = openId();
  const area = document.getElementById("open");
  if (area) put(area, document.querySelector("#nothing-open")?.innerHTML ?? "");
  markOpen();
  nameTab(document.querySelector(".list-title-plain")?.textContent);
  document.querySelector<HTMLElement>(`.row[data-talk="${CSS.escape(id)}"]`)?.focus();
}

/** Sets up a conversation that stands in the page. */
export function begin(): void {
  const now = talk();
  if (!now) return;
  again.clear();
  lastHead = lastPlayer = "";
  drawMarks();
  markOpen();
  nameTab(now.querySelector(".talk-name")?.textContent);
  const fresh = now.querySelector("[data-fresh]");
  if (fresh) fresh.scrollIntoView({ block: "center" });
  else toEnd();
  markRead();
  for (const then of opened) then(now);
}

/** Entries that were erased or otherwise changed are asked for again. */
export function changed(seq: number | undefined): void {
  if (seq) again.add(seq);
}

export const refreshTalk = coalesced(async () => {
  const now = talk();
  const id = openId();
  if (!now || !id) return;
  const url = new URL(now.dataset.href + "/since", location.href);
  url.search = location.search;
  url.searchParams.set("after", now.dataset.last ?? "0");
  const asked = [...again];
  if (asked.length) url.searchParams.set("again", asked.slice(0, 20).join(","));
  try {
    const html = await part(url.href);
    if (openId() !== id) return;
    for (const seq of asked) again.delete(seq);
    await bring(now, fragment(html));
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.status === 403)) gone(error.message);
    else setTimeout(refreshTalk, 3000);
  }
}, 120);

async function bring(now: HTMLElement, news: DocumentFragment): Promise<void> {
  const stay = atEnd();
  const head = news.querySelector("[data-part=head]")?.innerHTML ?? "";
  if (head !== lastHead) {
    lastHead = head;
    const old = document.getElementById("talk-head");
    if (old) await morph(old, head, true);
  }
  const player = news.querySelector("[data-part=player]")?.innerHTML ?? "";
  const card = document.getElementById("player");
  if (card && player !== lastPlayer) {
    lastPlayer = player;
    await morph(card, player);
  }
  const marks = news.querySelector("#marks");
  if (marks) document.getElementById("marks")?.replaceWith(marks);
  const fresh = weave(news.querySelector("[data-part=entries]"));
  const last = fresh.reduce((seq, entry) => Math.max(seq, Number(entry.dataset.seq ?? 0)), Number(now.dataset.last));
  now.dataset.last = String(last);
  drawMarks();
  for (const then of arrived) then(fresh);
  if (fresh.length) {
    if (stay || fresh.some((entry) => entry.classList.contains("entry-mine"))) toEnd();
    else document.querySelector<HTMLElement>("[data-to-newest]")!.hidden = false;
  }
  markRead();
}

/** Puts entries into the log: known ones in place, new ones at its end. Returns the new ones. */
function weave(list: Element | null): HTMLElement[] {
  const log = entries();
  if (!list || !log) return [];
  const added: HTMLElement[] = [];
  for (const item of [...list.children] as HTMLElement[]) {
    const known = item.id && document.getElementById(item.id);
    if (known) {
      if (item.dataset.seq) {
        item.classList.toggle("entry-joined", known.classList.contains("entry-joined"));
        known.replaceWith(item);
      }
      continue;
    }
    if (item.classList.contains("day") && log.querySelector(`[data-day="${CSS.escape(item.dataset.day ?? "")}"]`)) continue;
    if (item.classList.contains("fresh")) continue;
    const waiting = log.querySelector(":scope > .entry-waiting, :scope > .entry-failed");
    log.insertBefore(item, waiting);
    if (item.dataset.seq) added.push(item);
  }
  return added;
}

/** Shows at the last of the desk's words how far they came. */
function drawMarks(): void {
  const marks = document.getElementById("marks");
  const log = entries();
  if (!marks || !log) return;
  const seen = Number(marks.dataset.seen);
  const delivered = Number(marks.dataset.delivered);
  let later = "";
  for (const entry of [...log.querySelectorAll<HTMLElement>(".entry-message.by-agent[data-seq]")].reverse()) {
    const mark = entry.querySelector<HTMLElement>("[data-mark]");
    if (!mark) continue;
    const seq = Number(entry.dataset.seq);
    const state = seq <= seen ? "seen" : seq <= delivered ? "delivered" : "sent";
    mark.dataset.mark = state === later ? "" : state;
    later = state;
  }
}

/** The conversation left the reader's sight: what they were writing stays. */
export function gone(sentence: string): void {
  flash(sentence, "warn");
  closeTalk();
  refreshList();
}

function atEnd(): boolean {
  const box = timeline();
  return !box || box.scrollHeight - box.scrollTop - box.clientHeight < near;
}

export function toEnd(): void {
  const box = timeline();
  if (box) box.scrollTop = box.scrollHeight;
  const button = document.querySelector<HTMLElement>("[data-to-newest]");
  if (button) button.hidden = true;
}

let marked = "";

/** Tells the desk how far the reader has read, when they can have: the page is in front and its end in sight. */
export function markRead(): void {
  const now = talk();
  if (!now || document.hidden || !document.hasFocus() || !atEnd()) return;
  const mark = `${openId()}:${now.dataset.last}`;
  if (mark === marked) return;
  marked = mark;
  post(now.dataset.href + "/read", new URLSearchParams({ seq: now.dataset.last ?? "0" }), true).then(refreshBoxes, () => (marked = ""));
}

async function lookBack(link: HTMLAnchorElement): Promise<void> {
  const box = timeline();
  const log = entries();
  if (!box || !log || link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const older = fragment(await part(link.href));
    const height = box.scrollHeight - box.scrollTop;
    const first = log.firstElementChild as HTMLElement | null;
    const list = older.querySelector("[data-part=entries]");
    if (list) {
      const lastDay = [...list.querySelectorAll<HTMLElement>(".day")].at(-1)?.dataset.day;
      if (first?.classList.contains("day") && first.dataset.day === lastDay) first.remove();
      log.prepend(...list.children);
    }
    link.closest(".earlier")?.replaceWith(...(older.querySelector("[data-part=earlier]")?.children ?? []));
    drawMarks();
    box.scrollTop = box.scrollHeight - height;
  } catch (error) {
    link.ariaBusy = "false";
    flash(error instanceof Refusal && error.message ? error.message : (document.body.dataset.offline ?? ""), "bad");
  }
}

export function watchTalk(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a.row[data-talk], a[data-open-talk]");
    const earlier = target.closest<HTMLAnchorElement>("[data-earlier]");
    if (link) {
      event.preventDefault();
      void openTalk(link.href);
    } else if (earlier) {
      event.preventDefault();
      void lookBack(earlier);
    } else if (target.closest("[data-back-link]")) {
      event.preventDefault();
      closeTalk();
    } else if (target.closest("[data-to-newest]")) {
      toEnd();
      markRead();
    } else if (target.closest("[data-player-toggle]")) {
      const shown = document.getElementById("player")?.classList.toggle("player-shown") ?? false;
      document.querySelector(".player-toggle")?.setAttribute("aria-expanded", String(shown));
    }
  });
  addEventListener("popstate", () => {
    if (/^\/inbox\/cnv_/.test(location.pathname)) void openTalk(location.href, false);
    else closeTalk(false);
  });
  document.addEventListener(
    "scroll",
    (event) => {
      if (event.target !== timeline() || !atEnd()) return;
      document.querySelector<HTMLElement>("[data-to-newest]")!.hidden = true;
      markRead();
    },
    { capture: true, passive: true },
  );
  for (const back of ["focus", "online"]) addEventListener(back, () => markRead());
  document.addEventListener("visibilitychange", () => markRead());
  // A deed was done or refused: look at what is, whether or not the stream tells.
  document.addEventListener("htmx:after:request", (event) => {
    const context = (event as CustomEvent).detail?.ctx;
    if (!context || context.request?.method === "GET" || !(context.sourceElement as Element)?.closest?.("#talk")) return;
    if (context.response?.status < 400) (context.sourceElement as Element).closest("dialog")?.close();
    lastHead = "";
    refreshTalk();
    refreshList();
    refreshBoxes();
  });
  begin();
}
