const STAY_MS = 8000;

function arm(line: Element): void {
  if (line.classList.contains("toast-error")) return; // an error stays until it is read
  window.setTimeout(() => {
    if (!line.matches(":hover, :focus-within")) line.remove();
  }, STAY_MS);
}

/** Say something short at the corner. */
export function toast(text: string, level: "success" | "error" = "success"): void {
  const box = document.querySelector<HTMLElement>("#toasts");
  if (!box) return;
  const line = document.createElement("div");
  line.className = `toast-line toast-${level}`;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-plain";
  close.dataset.toastClose = "";
  close.ariaLabel = box.dataset.close ?? "";
  close.textContent = "×";
  line.append(words, close);
  box.append(line);
  arm(line);
}

export function startToasts(): void {
  document.querySelectorAll(".toast-line").forEach(arm);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-toast-close]")) target.closest(".toast-line")?.remove();
  });
  document.addEventListener("otklik:toast", (event) => {
    const { text, level } = (event as CustomEvent<{ text: string; level?: "success" | "error" }>).detail;
    toast(text, level);
  });
}
