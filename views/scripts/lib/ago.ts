// Keeps "4 min" current between the server's renderings. Beyond a week the server's date stands.

export interface AgoWords {
  now: string;
  minutes: string; // with 0 for the number
  hours: string;
  days: string;
  ahead: string; // with 0 for the span
}

export function keepTimes(words: AgoWords): void {
  const tick = () => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const text = ago(Date.parse(time.dateTime), words);
      if (text && time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(tick, 20_000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}

export function ago(at: number, words: AgoWords): string {
  const past = Date.now() - at;
  const span = Math.abs(past);
  if (Number.isNaN(span) || span >= 7 * 86_400_000) return "";
  if (span < 30_000 || (past > 0 && span < 60_000)) return words.now;
  const minutes = Math.max(1, Math.floor(span / 60_000));
  const text =
    minutes < 60
      ? words.minutes.replace("0", String(minutes))
      : minutes < 24 * 60
        ? words.hours.replace("0", String(Math.floor(minutes / 60)))
        : words.days.replace("0", String(Math.floor(minutes / 1440)));
  return past < 0 ? words.ahead.replace("0", text) : text;
}
