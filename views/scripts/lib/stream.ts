// Hints from the desk. One tab of the browser holds the stream (a Web Lock elects it, hidden or not) and passes what it
// hears to the others: eight tabs over HTTP/1.1 would otherwise use up the browser's connections to the host.

export interface Hint {
  /** What: entry, change, erased, seen, typing, looking, player, staff, settings, gone, standing, hello, lost, moving. */
  w: string;
  /** Conversation. */
  c?: string;
  /** Entry. */
  s?: number;
  /** Who types or looks: an agent's id, or "player". */
  u?: string;
  n?: string;
}

type Post = { hint: Hint } | { line: "up" | "down" } | { ask: true } | { out: true };

const channel = new BroadcastChannel("desk-stream");
const hears: ((hint: Hint) => void)[] = [];
const watches: ((up: boolean) => void)[] = [];
let leads = false;
let up = true; // until we know better, nothing alarms the reader

export function onHint(hear: (hint: Hint) => void): void {
  hears.push(hear);
}

export function onLine(watch: (up: boolean) => void): void {
  watches.push(watch);
}

export function listen(): void {
  channel.onmessage = (event: MessageEvent<Post>) => {
    const post = event.data;
    if ("hint" in post) tell(post.hint);
    else if ("line" in post) line(post.line === "up");
    else if ("out" in post) leave();
    else if (leads) channel.postMessage({ line: up ? "up" : "down" } satisfies Post);
  };
  channel.postMessage({ ask: true } satisfies Post);
  void elect();
  addEventListener("pageshow", (event) => {
    if (event.persisted) tell({ w: "lost" }); // back from the browser's cache: all may be old
  });
}

async function elect(): Promise<void> {
  // The lock is held for as long as this never ends; a tab that goes away frees it for the next.
  await navigator.locks.request("desk-stream", async () => {
    leads = true;
    await hold();
  });
}

async function hold(): Promise<never> {
  let wait = 500; // ms
  for (;;) {
    const began = Date.now();
    if (await once()) {
      // The desk goes on elsewhere: nothing is amiss, and not all pages knock at once.
      await pause(Math.random() * 1000);
      continue;
    }
    if (Date.now() - began > 10_000) wait = 500;
    say(false);
    await pause(wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, 15_000);
  }
}

/** Reads one stream to its end, and says whether it ended because its process makes room for another. */
function once(): Promise<boolean> {
  return new Promise((resolve) => {
    const source = new EventSource("/stream");
    let silent = 0;
    // The desk shows a sign of life every 15 s; a line that died without a word is noticed by its silence.
    const alive = () => {
      clearTimeout(silent);
      silent = window.setTimeout(end, 40_000);
    };
    const end = () => {
      clearTimeout(silent);
      source.close();
      resolve(moving);
    };
    let moving = false;
    alive();
    source.onmessage = (event) => {
      alive();
      const hint = JSON.parse(event.data) as Hint;
      if (hint.w === "hello") say(true);
      if (hint.w === "alive") return;
      if (hint.w === "moving") {
        moving = true;
        return end();
      }
      channel.postMessage({ hint } satisfies Post);
      tell(hint);
    };
    source.onerror = () => {
      end();
      void signedOut();
    };
    addEventListener("pagehide", end, { once: true });
  });
}

/** A stream that ends may mean that the sign-in has ended: then the page goes where one signs in again. */
async function signedOut(): Promise<void> {
  try {
    const answer = await fetch("/inbox/boxes", { headers: { "HX-Request": "true" }, redirect: "manual" });
    if (answer.status === 403) return location.reload(); // the desk is shut, and its page says so
    if (answer.status !== 401) return;
    channel.postMessage({ out: true } satisfies Post);
    leave();
  } catch {
    // No network: the next attempt tells more.
  }
}

function leave(): void {
  location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
}

function say(now: boolean): void {
  channel.postMessage({ line: now ? "up" : "down" } satisfies Post);
  line(now);
}

function line(now: boolean): void {
  if (now === up) return;
  up = now;
  for (const watch of watches) watch(now);
}

function tell(hint: Hint): void {
  for (const hear of hears) hear(hint);
}

/** Waits, but no longer than until the network says it is back. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}
