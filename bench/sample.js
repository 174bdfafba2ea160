/** Takes one round trip at a time, a few milliseconds apart, as people's messages are never back to back. */
export async function sample(roundTrip, milliseconds) {
  const times = []
  const until = performance.now() + milliseconds
  while (performance.now() < until) {
    times.push(await roundTrip())
    await pause(2)
  }
  return times
}

export function pause(milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
