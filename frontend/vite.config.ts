import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { icons } from "./icons.ts";
import { landFiles } from "./land.ts";

// Every folder of src with a main.ts is an island: one entry, loaded by {% island "name" %}.
const here = import.meta.dirname;
const src = resolve(here, "src");
const islands = readdirSync(src).filter((name) => existsSync(resolve(src, name, "main.ts")));

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [icons(resolve(here, "../otklik"), resolve(here, "node_modules/@tabler/icons/icons/outline")), landFiles(resolve(here, "node_modules/world-atlas"))],
  build: {
    outDir: resolve(here, "../otklik/web/static/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0, // the CSP allows no data: fonts or scripts
    rollupOptions: {
      input: Object.fromEntries(islands.map((name) => [name, resolve(src, name, "main.ts")])),
    },
  },
});
