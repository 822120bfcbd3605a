const isTerminal = process.stdout.isTTY;
const paint = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Runs steps one after the other and prints each with what was seen and how long it took. */
export class Report {
  number = 0;
  startedAt = performance.now();

  title(text) {
    console.log(`\n${paint(1, text)}`);
  }

  /** `work` answers what was seen, or `[seen, value]`. @throws what `work` throws, after printing it */
  async step(name, work) {
    this.number += 1;
    const label = `${String(this.number).padStart(2)}. ${name}`;
    const start = performance.now();
    try {
      const outcome = await work();
      const [seen, value] = Array.isArray(outcome) ? outcome : [outcome, undefined];
      const ms = Math.round(performance.now() - start);
      console.log(`${paint(32, '✓')} ${label}  ${paint(2, `${ms} ms`)}${seen ? `\n      ${seen}` : ''}`);
      return value;
    } catch (error) {
      console.log(
        `${paint(31, '✗')} ${label}  ${Math.round(performance.now() - start)} ms\n      ${error.message}`,
      );
      throw error;
    }
  }

  end() {
    const seconds = ((performance.now() - this.startedAt) / 1000).toFixed(1);
    console.log(`\n${paint(32, 'The journey is complete')}: ${this.number} steps in ${seconds} s.`);
  }
}
