// Tabs beside the editor (ARIA Authoring Practices, tabs with automatic activation).

export function watchTabs(): void {
  const tabs = () => [...document.querySelectorAll<HTMLElement>("[data-tab]")];
  const choose = (tab: HTMLElement) => {
    for (const each of tabs()) {
      const on = each === tab;
      each.setAttribute("aria-selected", String(on));
      each.tabIndex = on ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")!)!.hidden = !on;
    }
  };
  document.addEventListener("click", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>("[data-tab]");
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>("[data-tab]");
    if (!tab || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    const all = tabs();
    const step = (event.key === "ArrowRight") === (document.documentElement.dir !== "rtl") ? 1 : -1;
    const to = all[(all.indexOf(tab) + step + all.length) % all.length]!;
    choose(to);
    to.focus();
    event.preventDefault();
  });
}
