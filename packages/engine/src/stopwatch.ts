import type {StageTimings} from '@sluice/core';
import type {Clock} from './request.ts';

type Stage = Exclude<keyof StageTimings, 'total'>;

/** Adds up where time goes: each lap is charged to one stage. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #started: number;
  readonly #spent: Record<Stage, number>;
  #mark: number;

  constructor(clock: Clock, spent: Record<Stage, number> = {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0}) {
    this.#clock = clock;
    this.#spent = spent;
    this.#started = this.#mark = clock.monotonic();
  }

  /** One for work that goes on at the same time as other work: its laps add to the same stages. */
  beside(): Stopwatch {
    return new Stopwatch(this.#clock, this.#spent);
  }

  /** Charges the time since the last lap to nothing: others did. */
  skip(): void {
    this.#mark = this.#clock.monotonic();
  }

  /** Charges the time since the last lap to a stage. */
  lap(stage: Stage): void {
    const now = this.#clock.monotonic();
    this.#spent[stage] += now - this.#mark;
    this.#mark = now;
  }

  /** Seconds since the start, to the millisecond. */
  elapsed(): number {
    return seconds(this.#clock.monotonic() - this.#started);
  }

  timings(): StageTimings {
    const spent = Object.fromEntries(Object.entries(this.#spent).map(([stage, ms]) => [stage, seconds(ms)])) as Record<Stage, number>;
    return {...spent, total: this.elapsed()};
  }
}

export function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
