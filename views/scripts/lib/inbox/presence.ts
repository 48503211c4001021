// Who else looks at or writes in the open conversation, and telling others that we do. Nothing of it is kept: what isn't
// said again within its time is over.
import type { Hint } from "../stream";
import { post } from "./parts";
import { onOpen, openId, talk } from "./talk";

export interface PresenceWords {
  looking: string;
  typing: string;
  replying: string;
}

const looksFor = 25_000; // ms that "is looking" holds
const typesFor = 6_000;
const lookEvery = 15_000;
const typeEvery = 4_000;

interface Other {
  name: string;
  looks: number; // until
  types: number;
}

let words: PresenceWords;
let others = new Map<string, Other>();
let typedAt = 0;

export function watchPresence(said: PresenceWords): void {
  words = said;
  onOpen(() => {
    others = new Map();
    typedAt = 0;
    draw();
    look();
  });
  setInterval(draw, 1000);
  setInterval(look, lookEvery);
  document.addEventListener("visibilitychange", look);
}

export function heard(hint: Hint): void {
  if (hint.c !== openId() || !hint.u) return;
  const now = Date.now();
  const known = others.get(hint.u);
  const other = known ?? { name: hint.n ?? "", looks: 0, types: 0 };
  if (hint.w === "typing") other.types = now + typesFor;
  other.looks = now + looksFor;
  others.set(hint.u, other);
  draw();
  // Whoever came later doesn't know yet that we are here.
  if (!known && hint.u !== "player") setTimeout(look, 300);
}

/** A message came: its writer has stopped typing. */
export function stopped(who: string): void {
  const other = others.get(who);
  if (other) other.types = 0;
  draw();
}

export function writing(mode: "reply" | "note", going: boolean): void {
  const now = Date.now();
  if (!going || now - typedAt < typeEvery) return;
  typedAt = now;
  say(mode);
}

function look(): void {
  if (!document.hidden && openId()) say("look");
}

function say(doing: string): void {
  const href = talk()?.dataset.href;
  if (href) post(href + "/here", new URLSearchParams({ doing })).catch(() => {});
}

function draw(): void {
  const now = Date.now();
  const line = document.getElementById("typing");
  const place = document.getElementById("lookers");
  if (!line || !place) return;
  const player = others.get("player");
  const name = document.querySelector(".talk-name")?.textContent ?? "";
  const types = !!player && player.types > now;
  line.hidden = !types;
  set(line, types ? words.typing.replace("\0", name) : "");
  const agents = [...others].filter(([id, other]) => id !== "player" && other.looks > now).map(([, other]) => other);
  const writes = agents.find((other) => other.types > now);
  const text = writes
    ? words.replying.replace("\0", writes.name)
    : agents.length
      ? words.looking.replace("\0", agents.map((other) => other.name).join(", "))
      : "";
  set(place, text);
  place.title = text;
}

function set(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
