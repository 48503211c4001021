// Fetching fragments and putting them where they belong.

declare const htmx: {
  process(element: Element): void;
  swap(context: { sourceElement: Element; target: Element; swap: string; text: string }): Promise<void>;
};

/** An answer that says no, with the desk's sentence. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

export async function part(url: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal });
  const text = await answer.text();
  if (answer.ok) return text;
  if (answer.status === 401) signIn();
  throw new Refusal(answer.status, sentenceIn(text));
}

/** Posts a form that answers without content; a refusal comes as problem+json (RFC 9457). */
export async function post(url: string, body: FormData | URLSearchParams, keepalive = false): Promise<Response> {
  const answer = await fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
  if (answer.ok) return answer;
  if (answer.status === 401) signIn();
  let sentence = "";
  try {
    sentence = (await answer.json()).detail ?? "";
  } catch {
    // Not ours: something between us and the desk answered.
  }
  throw new Refusal(answer.status, sentence);
}

export function signIn(): void {
  location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
}

export function put(target: Element, html: string): void {
  target.innerHTML = html;
  htmx.process(target);
}

/** Changes target to html in place: focus, scroll and what is typed stay. */
export function morph(target: Element, html: string, whole = false): Promise<void> {
  return htmx.swap({ sourceElement: target, target, swap: whole ? "outerMorph" : "innerMorph", text: html });
}

/** Lets htmx answer an answer that holds hx-partials. */
export function spread(html: string): Promise<void> {
  return htmx.swap({ sourceElement: document.body, target: document.body, swap: "none", text: html });
}

export function fragment(html: string): DocumentFragment {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
}

function sentenceIn(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").querySelector(".flash-text, h1")?.textContent?.trim() ?? "";
}

/** Runs work soon, at most once per interval (ms), and never twice at a time. */
export function coalesced(work: () => Promise<void>, interval: number): () => void {
  let timer = 0;
  let running = false;
  let again = false;
  let last = 0;
  const run = async () => {
    timer = 0;
    running = true;
    last = Date.now();
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        ask();
      }
    }
  };
  const ask = () => {
    if (running) again = true;
    else if (!timer) timer = window.setTimeout(run, Math.max(30, last + interval - Date.now()));
  };
  return ask;
}
