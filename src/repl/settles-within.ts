// setTimeout() takes no more and would fire at once.
const maxTimerMs = 2 ** 31 - 1

/** Whether a promise that never rejects settles within a time. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => (timer = setTimeout(() => resolve(false), Math.min(ms, maxTimerMs))))
  const isSettled = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return isSettled
}
