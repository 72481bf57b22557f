import { by, type Settings, type Texts } from "./settings";

/** What the client sees: question, answers, thanks. */
export class Screen {
  language: string;
  private readonly buttons = [...document.querySelectorAll<HTMLButtonElement>(".answer")];
  private home = 0;
  private busy = false;

  constructor(
    private readonly settings: Settings,
    private readonly onPress: (value: number) => void,
  ) {
    this.language = settings.languages[0] ?? "ru";
    for (const button of this.buttons) button.addEventListener("click", () => this.press(button));
    document.querySelectorAll<HTMLButtonElement>("[data-language]").forEach((button) =>
      button.addEventListener("click", () => this.speak(button.dataset.language ?? this.language)),
    );
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.fit());
    void document.fonts.ready.then(() => this.fit());
    this.fit();
  }

  get texts(): Texts {
    return this.settings.texts[this.language]!;
  }

  get idle(): boolean {
    return !this.busy;
  }

  speak(language: string): void {
    if (!this.settings.texts[language]) return;
    this.language = language;
    document.documentElement.lang = language;
    document.title = String(this.texts.question);
    document.querySelectorAll<HTMLElement>("[data-text]").forEach((element) => {
      element.textContent = String(this.texts[element.dataset.text ?? ""] ?? "");
    });
    for (const button of this.buttons) {
      const value = button.dataset.value ?? "";
      button.ariaLabel = this.texts.spoken[value] ?? value;
      const word = button.querySelector("[data-word]");
      if (word) word.textContent = this.texts.words[value] ?? "";
    }
    document
      .querySelectorAll<HTMLButtonElement>("[data-language]")
      .forEach((button) => (button.ariaPressed = String(button.dataset.language === language)));
    this.fit();
    this.goHomeLater();
  }

  /** Long questions get smaller letters until nothing needs scrolling. */
  fit(): void {
    const ask = by("ask");
    let scale = 1;
    for (;;) {
      document.body.style.setProperty("--scale", String(scale));
      if (scale <= 0.5 || !this.overflows(ask)) return;
      scale -= 0.05;
    }
  }

  private overflows(ask: HTMLElement): boolean {
    const answers = by("answers");
    const room = answers.getBoundingClientRect();
    const question = by("question").getBoundingClientRect();
    const below = (document.querySelector(".ends") ?? document.querySelector(".foot"))!.getBoundingClientRect();
    return (
      ask.scrollHeight > ask.clientHeight + 1 ||
      room.top < question.bottom - 1 ||
      this.buttons.some((button) => button.getBoundingClientRect().bottom > below.top + 1) ||
      this.buttons.some((button) => button.scrollHeight > button.clientHeight + 1)
    );
  }

  private press(button: HTMLButtonElement): void {
    if (this.busy) return; // the second tap of a double tap
    this.busy = true;
    const value = Number(button.dataset.value);
    this.onPress(value);
    button.classList.add("pressed");
    if (document.body.dataset.layout === "stars")
      for (const one of this.buttons) one.classList.toggle("lit", Number(one.dataset.value) <= value);
    document.body.classList.add("answered");
    window.setTimeout(() => this.thank(button), this.still ? 0 : 260);
  }

  private thank(button: HTMLButtonElement): void {
    const mood = /mood-(\d)/.exec(button.className)?.[1];
    by("thanks").className = `thanks${mood ? ` mood-${mood}` : ""}`;
    document.getElementById("thanks-face")?.setAttribute("href", mood ? `#face-${mood}` : "#tick");
    by("thanks").hidden = false;
    by("ask").inert = true;
    window.setTimeout(() => this.reset(button), this.settings.thanksMs);
  }

  private reset(button: HTMLButtonElement): void {
    for (const one of this.buttons) one.classList.remove("pressed", "lit");
    document.body.classList.remove("answered");
    by("thanks").hidden = true;
    by("ask").inert = false;
    button.blur();
    this.busy = false;
    this.goHomeLater();
    document.dispatchEvent(new Event("panel:idle"));
  }

  /** The next client starts in the first language. */
  private goHomeLater(): void {
    window.clearTimeout(this.home);
    const first = this.settings.languages[0];
    if (!first || this.language === first) return;
    this.home = window.setTimeout(() => (this.idle ? this.speak(first) : this.goHomeLater()), 20_000);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (by<HTMLDialogElement>("staff").open) return;
    if (/^[0-9]$/.test(event.key)) {
      const button = this.buttonFor(Number(event.key));
      if (button) this.press(button);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const at = this.buttons.indexOf(document.activeElement as HTMLButtonElement);
      const step = event.key === "ArrowRight" ? 1 : -1;
      const next = at < 0 ? 0 : (at + step + this.buttons.length) % this.buttons.length;
      this.buttons[next]?.focus();
    }
  }

  /** Digits are places of faces from the left, and values of numbers and stars. */
  private buttonFor(digit: number): HTMLButtonElement | undefined {
    return document.body.dataset.layout === "smileys"
      ? this.buttons[digit - 1]
      : this.buttons.find((button) => button.dataset.value === String(digit));
  }

  private get still(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }
}
