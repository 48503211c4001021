// Runs before the first paint, so that a reader who chose dark never sees a white flash. No choice: the system's.
import { chosenScheme, showScheme } from "./lib/scheme";

showScheme(chosenScheme());

// The desk writes times by the reader's clock: it learns the zone here, before the first page for someone signed in.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
