export type Theme = "auto" | "light" | "dark";
export type Density = "comfortable" | "compact";

const root = (): HTMLElement => document.documentElement;

/** What auto means on a device that prefers dark or not. */
export function resolve(theme: Theme, deviceIsDark: boolean): "light" | "dark" {
  if (theme === "auto") return deviceIsDark ? "dark" : "light";
  return theme;
}

export function readTheme(): Theme {
  const value = root().dataset.theme;
  return value === "light" || value === "dark" ? value : "auto";
}

export function applyTheme(theme: Theme): void {
  root().dataset.theme = theme;
  root().dataset.bsTheme = resolve(theme, matchMedia("(prefers-color-scheme: dark)").matches);
  document.dispatchEvent(new CustomEvent("otklik:theme"));
}

export function readDensity(): Density {
  return root().dataset.density === "compact" ? "compact" : "comfortable";
}

/** Kept in a cookie so that the server can draw the next page right at once. */
export function remember(name: string, value: string): void {
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`;
}
