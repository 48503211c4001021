// Runs before the first paint, so that a reader who chose dark never sees a white flash. No choice: the system's.
import { chosenScheme, showScheme } from "./lib/scheme";

showScheme(chosenScheme());
