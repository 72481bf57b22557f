/** The cells of the form as a grid: which input stands where, and totals. */
export class Sheet {
  readonly rows: HTMLTableRowElement[];

  constructor(readonly table: HTMLTableElement) {
    this.rows = [...table.tBodies[0]!.rows];
  }

  /** Input of row and day column, null where the day is not typed. */
  at(row: number, column: number): HTMLInputElement | null {
    return this.rows[row]?.cells[column + 1]?.querySelector("input") ?? null;
  }

  where(input: HTMLInputElement): [row: number, column: number] {
    const cell = input.closest("td")!;
    return [this.rows.indexOf(cell.parentElement as HTMLTableRowElement), cell.cellIndex - 1];
  }

  find(place: string, day: string): HTMLInputElement | null {
    const row = this.rows.find((one) => one.dataset.place === place);
    return row?.querySelector<HTMLInputElement>(`input[data-day="${day}"]`) ?? null;
  }

  /** The next typed cell in a direction, over days that are not typed. */
  step(input: HTMLInputElement, down: number, right: number): HTMLInputElement | null {
    let [row, column] = this.where(input);
    for (;;) {
      row += down;
      column += right;
      if (row < 0 || row >= this.rows.length || column < 0 || column > 6) return null;
      const next = this.at(row, column);
      if (next && next.offsetParent !== null) return next;
    }
  }

  drawTotals(format: (count: number) => string): void {
    const columns = Array<number>(7).fill(0);
    for (const row of this.rows) {
      let sum = 0;
      for (let column = 0; column < 7; column += 1) {
        const cell = row.cells[column + 1]!;
        const typed = cell.querySelector("input")?.dataset.value;
        const count = Number(typed ?? cell.querySelector<HTMLElement>("[data-count]")?.dataset.count ?? 0);
        sum += count;
        columns[column]! += count;
      }
      row.cells[8]!.textContent = format(sum);
    }
    const foot = this.table.tFoot!.rows[0]!;
    columns.forEach((sum, column) => (foot.cells[column + 1]!.textContent = format(sum)));
    foot.cells[8]!.textContent = format(columns.reduce((one, other) => one + other, 0));
  }
}
