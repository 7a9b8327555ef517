/** Resolves once the condition holds, looking every few milliseconds; rejects, naming what it waited for, when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await pause(10);
  }
}

/** Resolves with the number once it has not grown for `calm` looks in a row. */
export async function settled(measure: () => number | Promise<number>, calm = 20, timeoutMs = 20_000): Promise<number> {
  const deadline = Date.now() + timeoutMs;
  let highest = await measure();
  for (let still = 0; still < calm;) {
    await pause(10);
    const now = await measure();
    still = now > highest ? 0 : still + 1;
    highest = Math.max(highest, now);
    if (Date.now() > deadline) throw new Error(`still growing after ${timeoutMs} ms`);
  }
  return highest;
}

/** The promise, or an error that says what hangs. */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs: nothing after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the promise is rejected with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>, what = 'this'): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what} should have been rejected, and resolved`);
}

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
