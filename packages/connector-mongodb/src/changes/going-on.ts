/** Entries or events that are read for one batch, wanted or not: then it tells how far reading came. */
export const MOST_READ = 50_000;

/** How often reading starts anew without having come any further. The driver waits for a server each time. */
export const FRUITLESS_STARTS = 5;
