/** Leaves out of an input what can go, while `fails` still says that it fails. */
export function shrink(input, fails) {
  let smallest = input
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < smallest.length;) {
      const shorter = Buffer.concat([smallest.subarray(0, start), smallest.subarray(start + size)])
      if (fails(shorter)) smallest = shorter
      else start += size
    }
  }
  return smallest
}
