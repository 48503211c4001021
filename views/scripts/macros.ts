// A macro's form: blanks go in where the caret is, and the words show as a player reads them.

const form = document.querySelector<HTMLFormElement>("[data-macro-form]");
if (form) follow(form);

function follow(form: HTMLFormElement): void {
  const sample = JSON.parse(form.dataset.sample ?? "{}") as Record<string, string>;
  const texts = [...form.querySelectorAll<HTMLTextAreaElement>("[data-macro-text]")];
  const shown = form.querySelector<HTMLElement>("[data-preview-text]");
  if (!texts.length || !shown) return;
  let last = texts.find((text) => text.value) ?? texts[0]!;
  form.querySelector("[data-preview]")?.removeAttribute("hidden");
  if (!form.querySelector("fieldset")?.disabled) form.querySelector("[data-blanks]")?.removeAttribute("hidden");

  const first = (name = "") => name.split(" ")[0] ?? "";
  const fill = (text: string) =>
    text.replace(/( ?)\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}/g, (whole, space: string, blank: string, otherwise?: string) => {
      const value = blank.endsWith(".first_name") ? first(sample[blank.replace("first_name", "name")]) : sample[blank];
      if (value === undefined) return whole;
      return value || otherwise?.trim() ? space + (value || otherwise!.trim()) : "";
    });
  const look = () => {
    const words = fill(last.value).trim();
    shown.textContent = words || (texts.some((text) => text.value.trim()) ? "" : (shown.dataset.none ?? ""));
    shown.classList.toggle("is-none", !words);
    shown.lang = last.lang;
  };
  for (const text of texts) {
    for (const kind of ["focus", "input"]) {
      text.addEventListener(kind, () => {
        last = text;
        look();
      });
    }
  }
  form.addEventListener("mousedown", (event) => {
    if ((event.target as Element).closest("[data-blank]") && document.activeElement === last) event.preventDefault();
  });
  form.addEventListener("click", (event) => {
    const blank = (event.target as Element).closest<HTMLElement>("[data-blank]")?.dataset.blank;
    if (!blank) return;
    last.closest("details")?.setAttribute("open", "");
    last.focus();
    if (!document.execCommand("insertText", false, blank)) {
      last.setRangeText(blank, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  });
  look();
}
