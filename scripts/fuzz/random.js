// xorshift128 (Marsaglia, 2003, section 4): the same numbers for the same seed, wherever it runs.

/** Makes numbers that a seed decides: `random(n)` is a whole one from 0 to n - 1. */
export function seededRandom(seed) {
  const state = new Uint32Array([seed, 0x9e3779b9, 0x243f6a88, 0xb7e15162])
  const next = () => {
    let mixed = state[3]
    const first = state[0]
    state.copyWithin(1, 0, 3)
    mixed ^= mixed << 11
    mixed ^= mixed >>> 8
    state[0] = mixed ^ first ^ (first >>> 19)
    return state[0]
  }
  // The first ones still look like the seed.
  for (let count = 0; count < 20; count++) next()
  return below => next() % below
}
