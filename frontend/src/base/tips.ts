/** Explanations: [data-tip] on anything that takes the focus; shown on hover, focus and touch. */
export function startTips(): void {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true"); // the words stand in the page for screen readers
  tip.hidden = true;
  document.body.append(tip);
  let owner: HTMLElement | null = null;

  const hide = (): void => {
    tip.hidden = true;
    owner = null;
  };
  const show = (element: HTMLElement): void => {
    owner = element;
    tip.textContent = element.dataset.tip ?? "";
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const left = Math.min(Math.max(12, box.left), innerWidth - tip.offsetWidth - 12);
    const above = box.bottom + tip.offsetHeight + 12 > innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${above ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
  };
  const find = (event: Event): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tip]") : null;

  document.addEventListener("mouseover", (event) => {
    const element = find(event);
    if (element) show(element);
    else if (owner && owner !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => {
    const element = find(event);
    if (element?.matches(":focus-visible")) show(element);
    else hide();
  });
  document.addEventListener("click", (event) => {
    const element = find(event);
    if (element) show(element);
    else hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("scroll", () => owner && show(owner), { passive: true, capture: true });
}
