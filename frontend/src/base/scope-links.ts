import { keepScope } from "../lib/scope";

/** Links marked [data-keep-scope] take the place and the period of this page along. */
export function startScopeLinks(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-keep-scope]");
    if (link) link.href = keepScope(link.getAttribute("href") ?? "/", location.search, location.href);
  }, { capture: true });
}
