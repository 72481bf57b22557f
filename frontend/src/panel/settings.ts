/** What the page was given by the server (otklik/devices/page.py). */
export interface Texts {
  [key: string]: string | Record<string, string>;
  words: Record<string, string>;
  spoken: Record<string, string>;
}

export interface Settings {
  panel: number;
  base: string;
  question: string;
  languages: string[];
  texts: Record<string, Texts>;
  thanksMs: number;
  debounceMs: number;
  settings: string;
  version: string;
  preview: boolean;
}

export function readSettings(): Settings | null {
  const source = document.querySelector("#panel-data")?.textContent;
  return source ? (JSON.parse(source) as Settings) : null;
}

export const by = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
