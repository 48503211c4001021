// The writer's words stand in this browser until the desk has them: a lost line, an ended sign-in or a closed window costs none.
// They are kept by reader, so that whoever signs in after them isn't offered another's.

export interface Kept {
  fields: Record<string, string>;
  seen: string; // what the writer had seen of the text when they wrote
  at: number; // ms
}

const oldest = 30 * 86_400_000; // ms; forgotten after that

export class Keeper {
  constructor(private readonly key: string) {}

  /** Keeps the newest words. */
  put(kept: Kept): void {
    write(this.key, kept);
  }

  /** The desk has them. */
  done(): void {
    drop(this.key);
  }

  /** Words of an earlier visit that the desk doesn't have, put aside so that today's writing leaves them alone. */
  offer(now: Record<string, string>): Kept | undefined {
    const left = read(this.key);
    if (left && differs(left.fields, now)) write(this.aside, left);
    drop(this.key);
    const offered = read(this.aside);
    if (offered && Date.now() - offered.at < oldest && differs(offered.fields, now)) return offered;
    drop(this.aside);
    return undefined;
  }

  /** The offer was taken or declined. */
  answered(): void {
    drop(this.aside);
  }

  private get aside(): string {
    return this.key + ":aside";
  }
}

export function differs(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.keys(b).some((name) => (a[name] ?? "") !== b[name]);
}

function read(key: string): Kept | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
    return kept?.fields ? kept : undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // No room or no storage: the desk's copy is all there is.
  }
}

function drop(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept then.
  }
}
