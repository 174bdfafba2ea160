/** A block begins with its kind in one byte, and the length of its payload in three, big-endian. */
export const blockHeaderBytes = 4

/** The most bytes that the payload of a block has, and the most that it becomes when it is expanded. */
export const maxBlockBytes = 1024 * 1024

/** What the payload of a block is: bytes as they are, or a Brotli stream of its own (RFC 7932). */
export const blockKinds = {stored: 0, brotli: 1} as const

export type BlockKind = keyof typeof blockKinds

const kindsByNumber = new Map<number, BlockKind>(
  Object.entries(blockKinds).map(([kind, number]) => [number, kind as BlockKind]),
)

/** Writes the header of a block before its payload. */
export function writeBlockHeader(target: Buffer, kind: BlockKind, byteLength: number): void {
  target.writeUInt8(blockKinds[kind], 0)
  target.writeUIntBE(byteLength, 1, 3)
}

/** Reads a header; undefined when no block can begin so. */
export function readBlockHeader(header: Buffer): {kind: BlockKind; byteLength: number} | undefined {
  const kind = kindsByNumber.get(header.readUInt8(0))
  const byteLength = header.readUIntBE(1, 3)
  return kind === undefined || byteLength === 0 || byteLength > maxBlockBytes ? undefined : {kind, byteLength}
}
