/** What stays while one moves between pages: the place and the period. */
export const SCOPE_PARAMETERS = ["place", "period", "from", "to", "compare"] as const;

/** `href` with the scope of `search` added where the link does not say otherwise. */
export function keepScope(href: string, search: string, base: string): string {
  const url = new URL(href, base);
  const now = new URLSearchParams(search);
  if (SCOPE_PARAMETERS.some((name) => url.searchParams.has(name))) return href;
  for (const name of SCOPE_PARAMETERS) {
    const value = now.get(name);
    if (value) url.searchParams.set(name, value);
  }
  return url.pathname + url.search + url.hash;
}
