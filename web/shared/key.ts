// The key of this page: from the link that was opened, from this browser, or pasted.

export type PageRole = "vendor" | "driver" | "admin";

/** Takes `#key=…` out of the address, so that it is not bookmarked or shown, and keeps it for next time. */
export function readKey(page: PageRole): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    keepKey(page, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return given ?? stored(page);
}

export function keepKey(page: PageRole, key: string): void {
  try {
    localStorage.setItem(place(page), key.trim());
  } catch {
    // A browser that forbids storage asks again next time.
  }
}

export function forgetKey(page: PageRole): void {
  try {
    localStorage.removeItem(place(page));
  } catch {
    // Nothing was kept.
  }
}

/** The key in what somebody pasted: the whole sign-in link, or the key itself. */
export function keyIn(pasted: string): string | null {
  const text = pasted.trim();
  const key = /[#&]key=([^&\s]+)/.exec(text)?.[1] ?? text;
  return /^\S{16,}$/.test(key) ? decodeURIComponent(key) : null;
}

/** The role a key says it is for; the hub has the last word. */
export function roleOf(key: string): PageRole | null {
  const role = /^wp_(admin|vendor|driver)_/.exec(key)?.[1];
  return (role as PageRole | undefined) ?? null;
}

function stored(page: PageRole): string | null {
  try {
    return localStorage.getItem(place(page));
  } catch {
    return null;
  }
}

function place(page: PageRole): string {
  return `waypost.${page}.key`;
}
