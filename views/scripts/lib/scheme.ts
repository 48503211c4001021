// Light or dark: the reader's choice is kept in this browser; without one the system decides.

export type Scheme = "" | "light" | "dark";

const key = "scheme";

export function chosenScheme(): Scheme {
  try {
    const kept = localStorage.getItem(key);
    return kept === "light" || kept === "dark" ? kept : "";
  } catch {
    return ""; // storage is refused: the system decides
  }
}

export function chooseScheme(scheme: Scheme): void {
  try {
    if (scheme) localStorage.setItem(key, scheme);
    else localStorage.removeItem(key);
  } catch {
    // It lasts for this page.
  }
  showScheme(scheme);
}

export function showScheme(scheme: Scheme): void {
  if (scheme) document.documentElement.dataset.scheme = scheme;
  else delete document.documentElement.dataset.scheme;
}
