// Flash messages: good news leaves by itself after a while, bad news stays until it is dismissed.

const staysFor = 6000; // ms

export function watchFlashes(): void {
  const region = document.getElementById("flash");
  if (!region) return;
  document.addEventListener("click", (event) => {
    (event.target as Element).closest("[data-dismiss]")?.closest("[data-flash]")?.remove();
  });
  for (const flash of region.children) leaveLater(flash);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node instanceof Element) leaveLater(node);
    while (region.children.length > 3) region.firstElementChild?.remove();
  }).observe(region, { childList: true });

  // A request that got no answer at all.
  document.addEventListener("htmx:error", (event) => {
    const context = (event as CustomEvent).detail?.ctx;
    if (context && !context.response) flash(document.body.dataset.offline ?? "", "bad");
  });
}

function leaveLater(flash: Element): void {
  if (!flash.matches(".flash-good, .flash-calm")) return;
  setTimeout(() => {
    if (flash.matches(":hover, :focus-within")) leaveLater(flash);
    else flash.remove();
  }, staysFor);
}

/** Shows a message made in the browser; the server's come as markup. */
export function flash(text: string, tone: "good" | "calm" | "warn" | "bad"): void {
  const region = document.getElementById("flash");
  if (!region || !text || [...region.children].some((f) => f.textContent?.trim() === text)) return;
  const blank = document.getElementById(`flash-${tone}`) as HTMLTemplateElement | null;
  const box = blank?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!box) return;
  box.querySelector(".flash-text")!.textContent = text;
  region.append(box);
}
