import {lockDestination} from '@sluice/job';
import {moment} from '@sluice/report';
import {tool} from '../tool.ts';
import {targetOf} from '../topics/open-places.ts';
import type {Topic} from '../topics/topic-file.ts';
import type {GatherContext} from './look-ahead.ts';

/**
 * Keeps other runs off the target of a topic until it is disposed. Topics that cron starts in the same minute come one after the other: a run waits for
 * the one that has the target, and says so. Throws LOCKED when it has waited `limitMs`, WRITE, CONFIG.
 */
export async function holdTarget({name, to}: Pick<Topic, 'name' | 'to'>, limitMs: number, context: GatherContext): Promise<AsyncDisposable> {
  const {logger, signal} = context;
  return await lockDestination(await targetOf(to, context), `${tool.name} ${name}`, {
    limitMs,
    onWait(holder) {
      const who = holder === null ? 'another run' : `${holder.command} (process ${holder.pid} on ${holder.host}, since ${moment(holder.startedAt)})`;
      logger.info(`topic ${name} waits until ${who} is done with its target, until ${moment(new Date(Date.now() + limitMs).toISOString())} at most`);
    },
  }, signal);
}
