// The few marks an article needs. Everything is typed into the textarea as a person would, so that undo takes it back.

export interface ToolWords {
  bold: string;
  link: string;
  item: string;
  heading: string;
  callout: string;
}

export const area = () => document.getElementById("body") as HTMLTextAreaElement | null;

/** Types text over the selection and leaves what stands between from and to (in text) selected. */
export function type(text: string, from = text.length, to = from): void {
  const box = area();
  if (!box || box.readOnly) return;
  box.focus();
  const start = box.selectionStart;
  // Deprecated, and still the one way to change a textarea that undo knows of.
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, start, box.selectionEnd, "end");
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  box.setSelectionRange(start + from, start + to);
}

function chosen(): string {
  const box = area()!;
  return box.value.slice(box.selectionStart, box.selectionEnd);
}

/** Widens the selection to whole lines and returns them. */
function lines(): string[] {
  const box = area()!;
  const start = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  let end = box.value.indexOf("\n", box.selectionEnd);
  if (end < 0) end = box.value.length;
  box.setSelectionRange(start, end);
  return box.value.slice(start, end).split("\n");
}

function wrap(mark: string, sample: string): void {
  const text = chosen();
  if (text.startsWith(mark) && text.endsWith(mark) && text.length > 2 * mark.length) {
    const bare = text.slice(mark.length, -mark.length);
    return type(bare, 0, bare.length);
  }
  const inner = text || sample;
  type(mark + inner + mark, mark.length, mark.length + inner.length);
}

function prefix(mark: (n: number) => string, has: RegExp, sample: string): void {
  const all = lines();
  if (all.every((line) => has.test(line))) return type(all.map((line) => line.replace(has, "")).join("\n"));
  const bare = all.map((line) => line.replace(/^(#{1,6} |[-*] |\d+[.)] |> )/, ""));
  if (bare.length === 1 && !bare[0]) return type(mark(1) + sample, mark(1).length, mark(1).length + sample.length);
  type(bare.map((line, i) => mark(i + 1) + line).join("\n"));
}

function link(sample: string): void {
  const text = chosen();
  if (/^https?:\/\/\S+$/.test(text)) return type(`[${sample}](${text})`, 1, 1 + sample.length);
  const name = text || sample;
  const start = name.length + 3;
  type(`[${name}](https://)`, start, start + "https://".length);
}

function callout(sample: string): void {
  const text = chosen() || sample;
  const box = area()!;
  const before = box.value.slice(0, box.selectionStart);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const head = `${gap}> [!NOTE]\n> `;
  const body = text.split("\n").join("\n> ");
  type(`${head}${body}\n\n`, head.length, head.length + body.length);
}

export function watchToolbar(words: ToolWords): void {
  const deeds: Record<string, () => void> = {
    bold: () => wrap("**", words.bold),
    heading: () => prefix(() => "## ", /^## /, words.heading),
    list: () => prefix(() => "- ", /^[-*] /, words.item),
    steps: () => prefix((n) => `${n}. `, /^\d+[.)] /, words.item),
    link: () => link(words.link),
    callout: () => callout(words.callout),
  };
  document.addEventListener("click", (event) => {
    const tool = (event.target as Element).closest<HTMLElement>("[data-tool]");
    if (tool) deeds[tool.dataset.tool!]?.();
  });
  // A press on a tool leaves the caret where it is.
  document.addEventListener("mousedown", (event) => {
    if ((event.target as Element).closest("[data-tool]")) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (target === area() && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      const deed = { b: deeds.bold, k: deeds.link }[event.key.toLowerCase()];
      if (deed) {
        event.preventDefault();
        deed();
      }
    }
    // One stop for Tab, arrows inside (ARIA Authoring Practices, toolbar).
    const bar = target.closest(".toolbar");
    if (!bar || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    const tools = [...bar.querySelectorAll<HTMLElement>("button, input")];
    const at = tools.indexOf(target);
    const step = (event.key === "ArrowRight") === (document.documentElement.dir !== "rtl") ? 1 : -1;
    const to = event.key === "Home" ? 0 : event.key === "End" ? tools.length - 1 : (at + step + tools.length) % tools.length;
    rove(tools, to);
    tools[to]?.focus();
    event.preventDefault();
  });
  const tools = [...document.querySelectorAll<HTMLElement>(".toolbar button, .toolbar input")];
  rove(tools, 0);
}

function rove(tools: HTMLElement[], to: number): void {
  tools.forEach((tool, i) => (tool.tabIndex = i === to ? 0 : -1));
}
