/** Entries or events in a row, none of them wanted, after which a batch without changes tells how far reading came. */
export const UNWANTED_IN_A_ROW = 50_000;

/** How often reading starts anew without having come any further. The driver waits for a server each time. */
export const FRUITLESS_STARTS = 5;
