import type {Options} from '@sluice/config';

/** Options that few need: on the reference page, not in help. */
export const onPage = <O extends Options>(options: O): O =>
  // Sound: every option stays under its name, with its schema.
  Object.fromEntries(Object.entries(options).map(([name, {meta, ...rest}]) => [name, {...rest, meta: {...meta, advanced: true}}])) as O;
