import {namePattern, type Problem} from '@sluice/core';

/** Which tables and views to copy. `*` and `?` are wildcards; patterns are anchored and look at case. */
export interface Selection {
  /** Only these; all when absent or empty. */
  readonly tables?: readonly string[];
  /** But not these. */
  readonly exclude?: readonly string[];
}

/** Decides about names, and remembers which patterns ever matched: one that never does is a mistake. */
export class Selector {
  readonly #include: readonly Pattern[];
  readonly #exclude: readonly Pattern[];
  readonly #seen = new Set<string>();

  constructor({tables = [], exclude = []}: Selection = {}) {
    this.#include = tables.map(pattern);
    this.#exclude = exclude.map(pattern);
  }

  get isAll(): boolean {
    return this.#include.length + this.#exclude.length === 0;
  }

  readonly wants = (name: string): boolean => {
    this.#seen.add(name);
    const included = this.#include.filter(one => one.matches(name));
    const excluded = this.#exclude.filter(one => one.matches(name));
    for (const one of [...included, ...excluded]) one.used = true;
    return (this.#include.length === 0 || included.length > 0) && excluded.length === 0;
  };

  /** After every name was asked about: the patterns that mean nothing. */
  problems(): readonly Problem[] {
    return [
      ...this.#include.filter(({used}) => !used).map(({text}) => ({path: 'tables', message: `nothing is called ${text}${this.#nearest(text)}`})),
      ...this.#exclude.filter(({used}) => !used).map(({text}) => ({path: 'exclude', message: `nothing is called ${text}${this.#nearest(text)}`})),
    ];
  }

  /** A name that differs in case only is what was meant. */
  #nearest(text: string): string {
    const meant = [...this.#seen].find(name => name.toLowerCase() === text.toLowerCase());
    return meant === undefined ? '' : `; did you mean ${meant}?`;
  }
}

interface Pattern {
  readonly text: string;
  readonly matches: (name: string) => boolean;
  used: boolean;
}

const pattern = (text: string): Pattern => ({text, matches: namePattern(text), used: false});
