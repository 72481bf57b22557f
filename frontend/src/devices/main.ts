import "./devices.css";

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (target.closest("[data-print]")) window.print();
  const copy = target.closest<HTMLElement>("[data-copy]");
  if (copy) void copyText(copy);
});
document.querySelectorAll<HTMLInputElement>("[data-select]").forEach((field) => {
  field.addEventListener("focus", () => field.select());
});

async function copyText(button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
  } catch {
    // plain http has no clipboard: select the address, so that Ctrl+C copies it
    const field = button.parentElement?.querySelector("input");
    field?.focus();
    field?.select();
    return;
  }
  const detail = { text: button.dataset.copied ?? "" };
  document.dispatchEvent(new CustomEvent("otklik:toast", { detail }));
}
