import { applyTheme, readDensity, readTheme, remember, type Density, type Theme } from "../lib/theme";
import { fit } from "./fit.ts";

function closeMenus(except?: Element): void {
  for (const panel of document.querySelectorAll<HTMLElement>("[data-menu-panel]:not([hidden])")) {
    const menu = panel.closest("[data-menu]");
    if (menu && menu === except) continue;
    panel.hidden = true;
    menu?.querySelector("[data-menu-button]")?.setAttribute("aria-expanded", "false");
  }
}

function toggleMenu(button: HTMLElement): void {
  const menu = button.closest("[data-menu]");
  const panel = menu?.querySelector<HTMLElement>("[data-menu-panel]");
  if (!menu || !panel) return;
  const open = panel.hidden;
  closeMenus();
  panel.hidden = !open;
  if (open) fit(panel);
  button.setAttribute("aria-expanded", String(open));
  if (open) panel.querySelector<HTMLElement>("[autofocus], a, button, input")?.focus({ preventScroll: true });
}

function setDrawer(open: boolean): void {
  document.body.classList.toggle("drawer-open", open);
  document.querySelector("[data-drawer-open]")?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector<HTMLElement>("#side [data-drawer-close]")?.focus();
}

function markChoices(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-set-theme]"))
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === readTheme()));
  for (const button of document.querySelectorAll<HTMLElement>("[data-set-density]"))
    button.setAttribute("aria-pressed", String(button.dataset.setDensity === readDensity()));
}

/** Menus, the drawer of a phone, theme and density. A menu is [data-menu] with a button and a panel. */
export function startMenus(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const button = target.closest<HTMLElement>("[data-menu-button]");
    if (button) return toggleMenu(button);
    closeMenus(target.closest("[data-menu]") ?? undefined);
    if (target.closest("[data-drawer-open]")) return setDrawer(true);
    if (target.closest("[data-drawer-close]")) return setDrawer(false);
    if (target.closest("[data-print-page]")) {
      closeMenus();
      window.print();
      return;
    }
    if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
    const theme = target.closest<HTMLElement>("[data-set-theme]")?.dataset.setTheme;
    if (theme) {
      remember("otklik_theme", theme);
      applyTheme(theme as Theme);
      markChoices();
    }
    const density = target.closest<HTMLElement>("[data-set-density]")?.dataset.setDensity;
    if (density) {
      remember("otklik_density", density);
      document.documentElement.dataset.density = density as Density;
      markChoices();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLElement>("[data-menu-panel]:not([hidden])");
    if (open) {
      const button = open.closest("[data-menu]")?.querySelector<HTMLElement>("[data-menu-button]");
      closeMenus();
      button?.focus();
    }
    setDrawer(false);
  });
  // who tabs out of a menu has done with it
  document.addEventListener("focusin", (event) => {
    const target = event.target as Element;
    if (!target.closest("[data-menu]")) closeMenus();
  });
  addEventListener("resize", () => {
    for (const panel of document.querySelectorAll<HTMLElement>("[data-menu-panel]:not([hidden])")) fit(panel);
  });
  for (const dialog of document.querySelectorAll("dialog"))
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  markChoices();
}
