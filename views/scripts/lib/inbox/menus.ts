// Menus and the dialog of the inbox: filtering long menus, opening and closing the dialog.

export function watchChoices(): void {
  document.addEventListener("input", (event) => {
    const filter = event.target as HTMLInputElement;
    if (!filter.matches("[data-menu-filter]")) return;
    const wanted = filter.value.trim().toLocaleLowerCase();
    for (const item of filter.closest(".menu-list")?.querySelectorAll<HTMLElement>("[data-word]") ?? []) {
      item.hidden = !item.dataset.word!.toLocaleLowerCase().includes(wanted);
    }
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) open(opener.dataset.dialog!, opener.dataset.seqFor);
    else if (target.closest("[data-dialog-close]") || target instanceof HTMLDialogElement) target.closest("dialog")?.close();
  });
}

function open(id: string, seq = ""): void {
  const dialog = document.getElementById(id) as HTMLDialogElement | null;
  if (!dialog || dialog.open) return;
  const fresh = dialog.querySelector<HTMLInputElement>("[data-new-id]");
  if (fresh) fresh.value = crypto.randomUUID();
  const into = dialog.querySelector<HTMLInputElement>("[data-seq-into]");
  if (into) into.value = seq;
  dialog.querySelector("textarea")!.value = "";
  dialog.showModal();
  dialog.querySelector("select")?.dispatchEvent(new CustomEvent("wanted"));
}
