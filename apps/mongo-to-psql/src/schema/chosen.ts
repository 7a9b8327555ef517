import {namePattern} from '@sluice/core';

/** Whether a collection is meant by patterns; no pattern means all. */
export const chosen = (collection: string, patterns: readonly string[]): boolean => patterns.length === 0 || patterns.some(pattern => namePattern(pattern)(collection));
