// Buttons that put a text on the clipboard. They come hidden: without us they would do nothing.

const saysSoFor = 2000; // ms

export function watchCopies(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (button) void copy(button);
  });
}

async function copy(button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
  } catch {
    select(button); // no clipboard over plain HTTP: the reader copies what is marked
    return;
  }
  const word = button.querySelector("span");
  if (!word || button.dataset.done) return;
  const before = word.textContent;
  button.dataset.done = "yes";
  word.textContent = button.dataset.copied ?? "";
  setTimeout(() => {
    word.textContent = before;
    delete button.dataset.done;
  }, saysSoFor);
}

function select(button: HTMLElement): void {
  const text = button.parentElement?.querySelector("code");
  if (text) getSelection()?.selectAllChildren(text);
}
