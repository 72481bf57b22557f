/** What the server writes into the page and answers. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Values = { [key: string]: Json };

export interface Choice {
  value: string;
  label: string;
}

export interface Param {
  name: string;
  takes: string;
  label: string;
  help?: string;
  default?: Json;
  required?: boolean;
  choices?: Choice[];
  low?: number;
  high?: number;
  fields?: Param[];
  when?: { param: string; values: Json[] };
  texts?: boolean; // a field of words fits too
}

export interface Attribute {
  name: string;
  label: string;
  type: string;
  choices: Choice[];
}

export interface Kind {
  code: string;
  name: string;
  many: string;
  value: string;
  subject: string;
  attributes: Attribute[];
}

export interface Question {
  code: string;
  text: string;
  type: string;
  low: number;
  high: number;
}

export interface Named {
  code: string;
  name: string;
}

export interface Known {
  kinds: Kind[];
  fields: Record<string, string>;
  attributes: Record<string, string>;
  questions: Question[];
  questionTypes: Choice[];
  places: Named[];
  points: Named[];
  employees: Named[];
  indicators: (Named & { unit: string })[];
  units: Choice[];
  groups: Choice[];
  models: { name: string; there: boolean; gap: boolean; model: Json[] }[];
}

export interface Draft {
  code: string;
  name: { ru?: string; en?: string };
  about: { ru?: string; en?: string };
  rule: string;
  params: Values;
  questions: string[];
  relevance: boolean;
  unit: string;
  direction: string;
  thresholds: { good: number | null; acceptable: number | null } | null;
  group: string;
  digits: number | null;
  ahead?: boolean;
}

export interface Page {
  new: boolean;
  version: number | null;
  draft: Draft;
  rule: { rule: string; title: string; params: Param[]; asks_questions: boolean };
  known: Known;
  addresses: { preview: string; save: string; weights: string; suggest: string; after: string; query: string };
  slice: { place: string; from: string; to: string };
  texts: Record<string, string>;
}

export interface Fix {
  label: string;
  where: string;
  value: Json;
}

export interface Issue {
  where: string;
  message: string;
  severity: "error" | "warning" | "hint";
  fix: Fix | null;
}

export interface Result {
  value: number | null;
  unit: string;
  n: number;
  interval: [number, number] | null;
  colour: string;
  reason_text: string | null;
  notes: string[];
}

export interface Event {
  at: string;
  place: string;
  point: string | null;
  employee: string | null;
  kind: string;
  subject: string | null;
  value: number | null;
  attrs: Record<string, Json>;
}

export interface Answer {
  words: string;
  issues: Issue[];
  cost: { text: string; expensive: boolean } | null;
  result: Result | null;
  series: { period: string; value: number | null; n: number }[];
  places: (Result & { child: string; child_name: string | null })[];
  events: Event[];
  almost: { but_for: string; events: Event[] }[];
  seconds: number;
}
