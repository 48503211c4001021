// The help centre's staff pages: writing an article without losing a word, and looking for one.
import { watchEditor, type EditorWords } from "./lib/answers/editor";
import { watchPictures } from "./lib/answers/pictures";
import { watchTabs } from "./lib/answers/tabs";
import { watchToolbar, type ToolWords } from "./lib/answers/toolbar";

const article = document.querySelector<HTMLElement>("[data-article]");
if (article) {
  const words = JSON.parse(article.dataset.words ?? "{}") as EditorWords & ToolWords & { picture: string; uploading: string; unreached: string };
  watchTabs();
  watchToolbar(words);
  watchPictures(words);
  watchEditor(article, words);
}

// Choosing in a filter shows its outcome at once; without a script the button does.
document.addEventListener("change", (event) => {
  const target = event.target as Element;
  if (target.matches("[data-filter] select")) target.closest("form")!.requestSubmit();
});
