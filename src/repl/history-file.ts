import {constants, lstat, open, rename, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'

const maxLineLength = 4096
/** Then the file becomes the older of two: never more than twice as much is kept. */
const maxFileBytes = 128 * 1024

const {O_APPEND, O_CREAT, O_RDONLY, O_WRONLY} = constants
// Windows does not have these: what is undefined counts as no bit.
const careful = constants.O_NOFOLLOW | constants.O_NONBLOCK
// No other kind of file holds a shell up.
const reading = O_RDONLY | careful
const appending = O_WRONLY | O_APPEND | O_CREAT | careful

/** The commands that were entered in any shell of this device: one a line, added at the end, whoever else adds. */
export class HistoryFile {
  readonly #path: string
  readonly #onProblem: (message: string) => void
  #hasProblem = false
  #written: Promise<void> = Promise.resolve()

  /** `directory` is where data is kept; `onProblem` hears once of what keeps it from being used. */
  constructor(directory: string, onProblem: (message: string) => void) {
    this.#path = join(directory, 'history')
    this.#onProblem = onProblem
  }

  /** Returns the lines that were kept, the oldest first. */
  async load(): Promise<string[]> {
    const texts = await Promise.all([this.#read(this.#olderPath), this.#read(this.#path)])
    const lines = texts.flatMap(text => text.split('\n')).filter(line => line !== '')
    const whole = lines.filter(isWhole)
    if (whole.length < lines.length) this.#complain('some of it is damaged, and left out')
    return whole
  }

  /** Keeps a line; resolves when it is written, or cannot be. */
  add(line: string): Promise<void> {
    this.#written = this.#written.then(() => this.#append(line))
    return this.#written
  }

  get #olderPath(): string {
    return `${this.#path}.old`
  }

  async #read(path: string): Promise<string> {
    try {
      return await withFile(await open(path, reading), async file => {
        const {size} = await file.stat()
        const {bytesRead, buffer} = await file.read(Buffer.alloc(Math.min(size, 2 * maxFileBytes)), {position: 0})
        return buffer.toString('utf8', 0, bytesRead)
      })
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#complain(codeOf(error))
      return ''
    }
  }

  async #append(line: string): Promise<void> {
    if (!isWhole(line)) return
    try {
      const {size, ino} = await withFile(await open(this.#path, appending, 0o600), async file => {
        await file.chmod(0o600)
        // A line that another shell could not finish ends here.
        await file.write(`\n${line}\n`)
        return file.stat()
      })
      if (size > maxFileBytes) await this.#makeOlder(ino)
    } catch (error) {
      this.#complain(codeOf(error))
    }
  }

  /** Another shell may have done so already: the file of that name is then gone, or a new one. */
  async #makeOlder(ino: number): Promise<void> {
    try {
      if ((await lstat(this.#path)).ino === ino) await rename(this.#path, this.#olderPath)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }

  #complain(why: string): void {
    if (this.#hasProblem) return
    this.#hasProblem = true
    this.#onProblem(`the history in ${this.#path} cannot be used: ${why}`)
  }
}

async function withFile<Result>(file: FileHandle, use: (file: FileHandle) => Promise<Result>): Promise<Result> {
  try {
    if (!(await file.stat()).isFile()) throw Object.assign(new Error('no file'), {code: 'it is no regular file'})
    return await use(file)
  } finally {
    await file.close()
  }
}

function isWhole(line: string): boolean {
  return line.startsWith('/') && line.length <= maxLineLength && !/[\p{Cc}\ufffd]/u.test(line)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
