// Runs before the first paint: the theme the person chose, or the one of their device.
import { applyTheme, readTheme } from "../lib/theme";

applyTheme(readTheme());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => applyTheme(readTheme()));
