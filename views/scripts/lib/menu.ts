// Menus are <details data-menu>: they open without us. We close them as a reader expects: Escape, a click elsewhere,
// a choice made; and arrows move between their items.

export function watchMenus(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    for (const menu of open()) {
      const chose = target.closest("[data-menu-close]") && menu.contains(target);
      if (chose || !menu.contains(target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = open().at(-1);
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary")?.focus();
      event.stopPropagation();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if ((event.target as Element).matches("textarea, select, input[type=datetime-local]")) return;
      const items = [...menu.querySelectorAll<HTMLElement>(".menu-item")].filter((item) => item.offsetParent);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + step + items.length) % items.length]?.focus();
      event.preventDefault();
    }
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target as HTMLDetailsElement;
      if (!menu.matches?.("details[data-menu]") || !menu.open) return;
      for (const other of open()) if (other !== menu && !other.contains(menu)) other.open = false;
      menu.dispatchEvent(new Event("opened")); // menus that are filled when they open listen to this
      menu.querySelector<HTMLElement>("[data-menu-focus]")?.focus();
    },
    true,
  );
}

function open(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")];
}
