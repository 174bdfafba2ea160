import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {ChatctlError} from '../../errors/index.js'
import type {PluginStorage} from '../../repl/plugin.js'
import {withFileLock} from './file-lock.js'

/** The most that one plug-in may keep, as JSON. */
export const maxStorageBytes = 1024 * 1024

/**
 * What one plug-in keeps: one file of JSON, written whole, one change after the other, and read for each: another process may
 * have changed it, and waits while one is made here.
 */
export class FileStorage implements PluginStorage {
  readonly #path: string
  #turn: Promise<unknown> = Promise.resolve()

  constructor(home: string, plugin: string) {
    // A scoped name holds a slash.
    this.#path = join(home, 'plugin-data', `${encodeURIComponent(plugin)}.json`)
  }

  get(key: string): Promise<unknown> {
    return this.#inTurn(async () => (await this.#read()).get(key))
  }

  /**
   * Keeps a value.
   * @throws ChatctlError `bad-argument` when it is no JSON, or more than may be kept; then all is as it was
   */
  set(key: string, value: unknown): Promise<void> {
    return this.#change(values => values.set(key, toJsonValue(key, value)))
  }

  delete(key: string): Promise<void> {
    return this.#change(values => values.delete(key))
  }

  keys(): Promise<string[]> {
    return this.#inTurn(async () => [...(await this.#read()).keys()])
  }

  #change(make: (values: Map<string, unknown>) => void): Promise<void> {
    return this.#inTurn(async () => {
      await mkdir(dirname(this.#path), {recursive: true, mode: 0o700})
      await withFileLock(`${this.#path}.lock`, () => this.#changeFile(make))
    })
  }

  async #changeFile(make: (values: Map<string, unknown>) => void): Promise<void> {
    const values = await this.#read()
    make(values)
    const text = JSON.stringify(Object.fromEntries(values))
    if (Buffer.byteLength(text) > maxStorageBytes) throw unstorable('a plug-in may keep 1 MiB, and this would be more')
    await this.#write(text)
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #read(): Promise<Map<string, unknown>> {
    try {
      return new Map(Object.entries(JSON.parse(await readFile(this.#path, 'utf8')) as object))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
      throw unstorable(`${this.#path} cannot be read: ${(error as Error).message}`)
    }
  }

  async #write(text: string): Promise<void> {
    const fresh = `${this.#path}.${process.pid}.new`
    await writeFile(fresh, text, {mode: 0o600})
    await rename(fresh, this.#path)
  }
}

function toJsonValue(key: string, value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw unstorable(`what is to be kept as ${key} is no JSON`)
  return JSON.parse(text)
}

function unstorable(message: string): ChatctlError {
  return new ChatctlError('bad-argument', message, {hint: 'Ask whoever has written the plug-in.'})
}
