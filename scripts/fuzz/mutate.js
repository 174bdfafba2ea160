const maxBytes = 4096
const telling = [0, 1, 2, 0x0a, 0x0d, 0x1b, 0x20, 0x2e, 0x2f, 0x5c, 0x7f, 0x80, 0x9b, 0xff]

const mutations = [
  (bytes, {random}) => set(bytes, random(bytes.length + 1), Buffer.of(random(256)), 1),
  (bytes, {random}) => set(bytes, random(bytes.length + 1), Buffer.of(telling[random(telling.length)]), 1),
  (bytes, {random}) => set(bytes, random(bytes.length + 1), Buffer.of((bytes[0] ?? 0) ^ (1 << random(8))), 1),
  (bytes, {random}) => set(bytes, random(bytes.length + 1), Buffer.of(random(256)), 0),
  (bytes, {random}) => set(bytes, random(bytes.length + 1), Buffer.alloc(0), 1 + random(8)),
  (bytes, {random, dictionary}) => set(bytes, random(bytes.length + 1), pick(dictionary, random), 0),
  (bytes, {random, dictionary}) => {
    const piece = pick(dictionary, random)
    return set(bytes, random(bytes.length + 1), piece, piece.length)
  },
  (bytes, {random}) => set(bytes, random(bytes.length + 1), slice(bytes, random), 0),
  (bytes, {random, corpus}) => set(bytes, random(bytes.length + 1), slice(pick(corpus, random), random), 0),
  (bytes, {random, corpus}) => {
    const other = pick(corpus, random)
    return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))])
  },
]

/** Changes an input in a few places, with pieces of a dictionary and of other inputs. */
export function mutate(bytes, from) {
  let changed = bytes
  for (let count = 1 + from.random(5); count > 0; count--) changed = pick(mutations, from.random)(changed, from)
  return changed.subarray(0, maxBytes)
}

function set(bytes, place, piece, replaced) {
  return Buffer.concat([bytes.subarray(0, place), piece, bytes.subarray(place + replaced)])
}

function slice(bytes, random) {
  const start = random(bytes.length + 1)
  return bytes.subarray(start, start + random(bytes.length - start + 1))
}

function pick(list, random) {
  return list[random(list.length)]
}
