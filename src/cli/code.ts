import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import type {Readable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'

const variable = 'CHATCTL_CODE'

/** Takes the code out of an environment, so that no child process and no dump of it finds the code there. */
export function takeCode(env: Record<string, string | undefined>): string | undefined {
  const code = env[variable]?.trim()
  Reflect.deleteProperty(env, variable)
  return code === '' ? undefined : code
}

/** Reads the code from a file, or for `-` from the first line of `stdin`; what follows that line stays there. */
export async function readCodeFile(path: string, stdin: Readable): Promise<string> {
  const text = path === '-' ? await readLine(stdin) : await readText(path)
  const code = text.trim()
  if (code === '') throw new ChatctlError('bad-code', `there is no code in ${path === '-' ? 'standard input' : path}`)
  return code
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new ChatctlError('no-such-file', `there is no file ${path}`, {cause: error})
    throw new ChatctlError('not-readable', `cannot read the code from ${path}`, {cause: error})
  }
}

async function readLine(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  while (!takeLine(stream, parts) && !stream.readableEnded) await somethingToRead(stream)
  return Buffer.concat(parts).toString()
}

/** Moves what has arrived of the line into `parts`, and says whether that is all of it. */
function takeLine(stream: Readable, parts: Buffer[]): boolean {
  for (let chunk = readChunk(stream); chunk !== null; chunk = readChunk(stream)) {
    const end = chunk.indexOf('\n')
    parts.push(end === -1 ? chunk : chunk.subarray(0, end))
    if (end === -1) continue
    if (end + 1 < chunk.length) stream.unshift(chunk.subarray(end + 1))
    return true
  }
  return false
}

function readChunk(stream: Readable): Buffer | null {
  return stream.read() as Buffer | null
}

async function somethingToRead(stream: Readable): Promise<void> {
  const waiting = new AbortController()
  const {signal} = waiting
  await Promise.race(['readable', 'end', 'close'].map(event => once(stream, event, {signal})))
  waiting.abort()
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
