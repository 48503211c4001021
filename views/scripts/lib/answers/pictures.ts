// Pictures in an article: chosen, dropped or pasted. The desk writes them anew and says where they stand.
import { area, type } from "./toolbar";

export function watchPictures(words: { picture: string; uploading: string; unreached: string }): void {
  const state = (text: string) => {
    const line = document.querySelector<HTMLElement>("[data-picture-state]");
    if (line) line.textContent = line.title = text;
  };

  async function upload(file: File): Promise<void> {
    state(words.uploading);
    const body = new FormData();
    body.append("file", file);
    try {
      const answer = await fetch("/answers/pictures", { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (!answer.ok) return state(said.detail ?? words.unreached);
      state("");
      const box = area();
      const before = box?.value.slice(0, box.selectionStart) ?? "";
      const gap = !before || before.endsWith("\n") ? "" : "\n\n";
      const start = gap.length + 2;
      type(`${gap}![${words.picture}](${said.path})\n`, start, start + words.picture.length);
    } catch {
      state(words.unreached);
    }
  }

  async function all(files: Iterable<File>): Promise<void> {
    for (const file of files) if (file.type.startsWith("image/")) await upload(file);
  }

  document.addEventListener("change", (event) => {
    const pick = event.target as HTMLInputElement;
    if (!pick.matches("[data-picture]")) return;
    void all([...(pick.files ?? [])]);
    pick.value = "";
  });
  document.addEventListener("paste", (event) => {
    if (event.target !== area() || !event.clipboardData?.files.length || area()?.readOnly) return;
    event.preventDefault();
    void all([...event.clipboardData.files]);
  });
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    document.addEventListener(kind, (event) => {
      const writer = (event.target as Element).closest?.("[data-writer]");
      if (!writer || !event.dataTransfer?.types.includes("Files") || area()?.readOnly) return;
      event.preventDefault();
      writer.classList.toggle("writer-drop", kind === "dragover");
      if (kind === "drop") void all([...event.dataTransfer.files]);
    });
  }
}
