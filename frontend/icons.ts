import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

// Copies the drawings of the icons that the pages name into icons.json, and only those.
const NAMES = [/\bicon(?:_name)?[ =]"([a-z0-9-]+)"/g, /Entry\([^)]*?"([a-z0-9-]+)"/gs, /Found\([^)]*?"([a-z0-9-]+)"/gs];
const ANY_WORD = /"([a-z][a-z0-9-]+)"/g;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(html|py)$/.test(entry.name) && !entry.parentPath.includes("/tests"))
    .map((entry) => join(entry.parentPath, entry.name));
}

export function icons(pages: string, iconSet: string): Plugin {
  return {
    name: "otklik-icons",
    generateBundle() {
      const used = new Set<string>();
      for (const file of files(pages)) {
        const text = readFileSync(file, "utf8");
        // navigation.py and the rules name icons by position; any word of them that is an icon is taken
        const patterns = file.endsWith("navigation.py") || file.includes("/rules/") ? [ANY_WORD] : NAMES;
        for (const pattern of patterns) for (const match of text.matchAll(pattern)) used.add(match[1]!);
      }
      const drawings: Record<string, string> = {};
      for (const name of [...used].sort()) {
        const path = join(iconSet, `${name}.svg`);
        if (!existsSync(path)) continue;
        const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(path, "utf8"))![1]!;
        drawings[name] = inside.replace(/\s+/g, " ").trim();
      }
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(drawings) });
    },
  };
}
