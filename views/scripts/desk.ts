// What every staff page does: menus, flash messages, the colour scheme, saying that the line is down.
import { watchCopies } from "./lib/copy";
import { watchFlashes } from "./lib/flash";
import { watchMenus } from "./lib/menu";
import { chooseScheme, chosenScheme, showScheme, type Scheme } from "./lib/scheme";

watchCopies();
watchMenus();
watchFlashes();

function markScheme(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-scheme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.schemeChoice === chosenScheme()));
  }
}
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-scheme-choice]");
  if (!button) return;
  chooseScheme(button.dataset.schemeChoice as Scheme);
  markScheme();
});
// Another tab chose.
addEventListener("storage", () => {
  showScheme(chosenScheme());
  markScheme();
});
markScheme();
