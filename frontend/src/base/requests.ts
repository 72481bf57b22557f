import { toast } from "./toasts";

function csrfToken(): string {
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  return field?.value ?? /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

function failed(): void {
  toast(document.querySelector<HTMLElement>("#toasts")?.dataset.failed ?? "", "error");
}

/** htmx requests carry the CSRF token; what failed is said, unless the element takes care itself (data-quiet). */
export function startRequests(): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: { request: { headers: Record<string, string>; method: string } } }>).detail;
    if (!/^(GET|HEAD)$/i.test(ctx.request.method)) ctx.request.headers["X-CSRFToken"] = csrfToken();
  });
  for (const name of ["htmx:error", "htmx:response:error"])
    document.addEventListener(name, (event) => {
      if (!(event.target instanceof Element && event.target.closest("[data-quiet]"))) failed();
    });
}
