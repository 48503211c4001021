// The inbox: what hints from the desk lead to. A hint says that something happened; the page looks and shows what is.
import { keepTimes, type AgoWords } from "./lib/ago";
import { watchComposer, type ComposerWords } from "./lib/inbox/composer";
import { refreshBoxes, refreshList, watchList } from "./lib/inbox/list";
import { watchInsert } from "./lib/inbox/insert";
import { watchMacro } from "./lib/inbox/macro";
import { watchChoices } from "./lib/inbox/menus";
import { heard, stopped, watchPresence, type PresenceWords } from "./lib/inbox/presence";
import { coalesced } from "./lib/inbox/parts";
import { changed, gone, onArrive, openId, refreshTalk, watchTalk } from "./lib/inbox/talk";
import { listen, onHint, onLine, type Hint } from "./lib/stream";

type Words = AgoWords & ComposerWords & PresenceWords & { passedOn: string };

const inbox = document.querySelector<HTMLElement>("[data-inbox]");
if (inbox) start(JSON.parse(inbox.dataset.words ?? "{}") as Words);

function start(words: Words): void {
  watchInsert();
  watchMacro();
  watchComposer(words);
  watchPresence(words);
  watchList();
  watchChoices();
  watchTalk();
  keepTimes(words);
  onArrive((entries) => {
    if (entries.some((entry) => entry.dataset.by?.startsWith("player:"))) stopped("player");
  });
  onHint((hint) => look(hint, words));
  let sign = 0;
  onLine((up) => {
    // A line that is back within moments is nobody's concern.
    clearTimeout(sign);
    const show = () => {
      for (const box of document.querySelectorAll<HTMLElement>("[data-line-down]")) box.hidden = up;
    };
    if (up) show();
    else sign = window.setTimeout(show, 3000);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !stale) return;
    stale = false;
    refreshTalk();
    refreshList();
    refreshBoxes();
  });
  listen();
}

let stale = false;
const refreshUnread = coalesced(async () => refreshBoxes(), 5000);

function look(hint: Hint, words: Words): void {
  const here = hint.c !== undefined && hint.c === openId();
  switch (hint.w) {
    case "typing":
    case "looking":
      return heard(hint);
    case "seen":
      if (here) refreshTalk();
      return;
    case "erased":
      if (here) changed(hint.s);
      break;
    case "standing":
      // What can be written is kept as a draft; what can be done, the page knows.
      return location.reload();
    case "gone":
      if (here) gone(words.passedOn);
      break;
  }
  if (document.hidden) {
    // Nobody looks: the number in the title is enough until somebody does.
    stale = true;
    refreshUnread();
    return;
  }
  if (here || hint.c === undefined) refreshTalk();
  refreshList();
  refreshBoxes();
}
