import {ChatctlError} from '../../errors/index.js'
import {maxBlockBytes} from './block.js'

/** The level that compresses about as well as the fastest of deflate, in half the time. */
const quality = 1

/** Compresses a block, beside the main thread. */
export async function compress(bytes: Buffer): Promise<Buffer> {
  const {brotliCompress, constants} = await import('node:zlib')
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: Math.log2(maxBlockBytes),
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  return new Promise((resolve, reject) => {
    brotliCompress(bytes, {params}, (error, compressed) => (error ? reject(error) : resolve(compressed)))
  })
}

/**
 * Expands a block, beside the main thread, and no further than a block may go.
 * @throws ChatctlError `protocol-violation` when it would become more, or is no Brotli stream
 */
export async function expand(bytes: Buffer): Promise<Buffer> {
  const {brotliDecompress} = await import('node:zlib')
  return new Promise((resolve, reject) => {
    brotliDecompress(bytes, expansionOptions, (error, result) => {
      if (error) {
        reject(violation(error.message))
        return
      }
      // What `info` makes of it (nodejs.org/api/zlib.html, Options), whatever the types say.
      const {buffer, engine} = result as unknown as Expansion
      if (engine.bytesWritten < bytes.length) reject(violation('something stands behind its end'))
      else resolve(buffer)
    })
  })
}

const expansionOptions = {maxOutputLength: maxBlockBytes, info: true}

/** What was expanded, and how many bytes of the input that took. */
interface Expansion {
  buffer: Buffer
  engine: {bytesWritten: number}
}

function violation(problem: string): ChatctlError {
  return new ChatctlError('protocol-violation', `a block cannot be expanded: ${problem}`)
}
