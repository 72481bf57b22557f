const ROWS = ".table-responsive, .tabs-line, .sheet-tabs, .chart-table, .tl-table, .frame-scroll";

function mark(box: HTMLElement): void {
  const beyond = box.scrollWidth - box.clientWidth;
  box.classList.toggle("more-left", beyond > 1 && box.scrollLeft > 1);
  box.classList.toggle("more-right", beyond > 1 && box.scrollLeft < beyond - 3); // sizes are rounded, the position is not
}

/** What scrolls sideways fades at the edge beyond which there is more; the current tab of a row is in sight. */
export function startScrollHints(): void {
  const seen = new WeakSet<Element>();
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) mark((target.closest<HTMLElement>(ROWS) ?? target) as HTMLElement);
  });
  const watch = (): void => {
    for (const box of document.querySelectorAll<HTMLElement>(ROWS))
      for (const one of [box, ...box.children]) {
        if (seen.has(one)) continue;
        seen.add(one);
        sizes.observe(one);
      }
  };
  document.addEventListener("scroll", (event) => event.target instanceof HTMLElement && event.target.matches(ROWS) && mark(event.target), { capture: true, passive: true });
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  watch();
  void document.fonts.ready.then(() => {
    for (const tab of document.querySelectorAll<HTMLElement>(":is(.tabs-line, .sheet-tabs) [aria-current]")) {
      const row = tab.parentElement!;
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    }
  });
}
