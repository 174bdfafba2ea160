/** What takes several pieces at once, or as much of them as it can: a file that is open. */
export interface VectorWriter {
  writev(pieces: Buffer[], position: number): Promise<{bytesWritten: number}>
}

/** Writes all pieces from `position` on, however many of their bytes the system takes at once. */
export async function writeAll(file: VectorWriter, pieces: Buffer[], position: number): Promise<void> {
  let rest = pieces
  while (rest.length > 0) {
    const {bytesWritten} = await file.writev(rest, position)
    position += bytesWritten
    rest = dropBytes(rest, bytesWritten)
  }
}

function dropBytes(pieces: Buffer[], byteLength: number): Buffer[] {
  let first = 0
  let dropped = byteLength
  for (let piece = pieces[first]; piece && piece.length <= dropped; piece = pieces[++first]) dropped -= piece.length
  const rest = pieces.slice(first)
  if (dropped > 0 && rest[0]) rest[0] = rest[0].subarray(dropped)
  return rest
}
