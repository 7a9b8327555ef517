import {PipelineError, type Batch, type Catalog, type LiveTables, type Logger, type ReadRequest, type Schema, type Source, type StoredObject} from '@sluice/core';
import {planCopy, systemClock, type CopyPlan} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {verifySources, type Verification} from '@sluice/verify';
import {copyRequest, type CopyJob, type JobContext} from './run-job.ts';
import {TransformedSource} from './transformed-source.ts';

/**
 * Compares what is live with what a copy would make of the source now: every row of both, through the
 * transforms, but for columns that come out different every time, which are named. Touches neither. Damage beneath the
 * tables, or bytes that belong to none, make the two different with a warning each. Throws as planning and reading do; CONNECT when nothing is live.
 */
export async function verifyCopy(job: Omit<CopyJob, 'losses' | 'quarantineFolder'>, {logger, progress, clock = systemClock}: JobContext, signal: AbortSignal): Promise<Verification> {
  await using source = await openSource(job.source);
  await using destination = await openDestination(job.destination);
  const {transforms = []} = job;
  const plan = await planCopy(copyRequest(job, source, destination), signal);
  for (const transform of transforms) await transform.prepare?.(source, plan.catalog, signal);
  await using live = await destination.openLive!(plan.catalog, signal);
  await using left = new TransformedSource(source, plan, transforms, schema => live.fitter(schema));
  const {damage, hidden} = await live.integrity?.(signal) ?? {damage: [], hidden: []};
  await using right = new Live(destination, {plan, live, damaged: damage.length > 0}, logger);
  const tables = plan.tables.length;
  const seen = new Map<string, number>();
  const compared = await verifySources({
    left, right, monotonic: () => clock.monotonic(), logger, random: table => left.randomOf(table),
    ...(job.limits && {limits: {maxRows: job.limits.maxRows ?? 2000, maxBytes: job.limits.maxBytes ?? 4 << 20}}),
    onRows(table, more) {
      const rows = (seen.get(table) ?? 0) + more;
      seen.set(table, rows);
      progress?.({stage: 'verify', table, rows, tablesDone: seen.size - 1, tables});
    },
  }, signal);
  const beneath = [...damage.map(sentence => `the file is damaged: ${sentence}`), ...hidden];
  return beneath.length === 0 ? compared : {...compared, status: 'different', warnings: [...beneath, ...compared.warnings]};
}

/** What is live, under the names that the tables have before the destination names them. */
class Live implements Source {
  readonly kind: string;
  readonly label: string;
  readonly warnings: string[] = [];
  readonly #plan: CopyPlan;
  readonly #live: LiveTables;
  readonly #damaged: boolean;
  readonly #logger: Logger;

  constructor(
    {kind, label}: {readonly kind: string; readonly label: string}, {plan, live, damaged}: {readonly plan: CopyPlan; readonly live: LiveTables; readonly damaged: boolean}, logger: Logger,
  ) {
    this.kind = kind;
    this.label = label;
    this.#plan = plan;
    this.#live = live;
    this.#damaged = damaged;
    this.#logger = logger;
  }

  async check(): Promise<readonly []> {
    return [];
  }

  async discover(signal: AbortSignal): Promise<Catalog> {
    const there = new Set((await this.#objects(signal)).filter(({type}) => type === 'table').map(({name}) => name));
    const targets = new Map(this.#plan.target.tables.map(({table, target}) => [table, target]));
    const tables: Schema[] = [];
    for (const {out} of this.#plan.tables) {
      const target = targets.get(out.table)!;
      if (there.delete(target) && await this.#readable(out, target, signal)) tables.push(out);
    }
    // What is left nobody planned: it is told by its name alone.
    tables.push(...[...there].map(table => ({table, columns: [], primaryKey: []})));
    return {tables, views: [], others: []};
  }

  read({schema, maxRows, maxBytes}: ReadRequest, signal: AbortSignal): AsyncIterable<Batch> {
    return this.#live.readPlace(schema, null, {maxRows, maxBytes}, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** None when the file is too damaged to tell. */
  async #objects(signal: AbortSignal): Promise<readonly StoredObject[]> {
    try {
      return await this.#live.objects(signal);
    } catch (error) {
      if (this.#damaged && error instanceof PipelineError && !signal.aborted) return [];
      throw error;
    }
  }

  /** Somebody may have altered the table, or damaged the file anywhere: then it cannot be read as it was written. */
  async #readable(schema: Schema, target: string, signal: AbortSignal): Promise<boolean> {
    try {
      for await (const _ of this.#live.readPlace(schema, null, this.#damaged ? {maxRows: 2000, maxBytes: 4 << 20} : {maxRows: 1, maxBytes: 1}, signal)) {
        if (!this.#damaged) break;
      }
      return true;
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      this.warnings.push(`table ${target} cannot be read as it was written: ${this.#damaged ? 'the file is damaged' : 'its definition was changed'}`);
      this.#logger.debug(`table ${target} cannot be read`, {code: error.code});
      return false;
    }
  }
}
