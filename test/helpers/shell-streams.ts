import {PassThrough, Writable} from 'node:stream'
import type {ShellIo} from '../../src/repl/shell-io.js'
import {plainLook, type Look} from '../../src/ui/look.js'

/** A writable that keeps what was written, and can be asked to wait for more. */
export class Recorder extends Writable {
  text = ''
  columns?: number
  rows?: number
  readonly #waiting: {find: string; found: () => void}[] = []

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    for (const {find, found} of this.#waiting) if (this.text.includes(find)) found()
    done()
  }

  /** Resolves when `find` has been written. */
  async until(find: string): Promise<void> {
    if (this.text.includes(find)) return
    await new Promise<void>(found => this.#waiting.push({find, found}))
  }

  lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }
}

/** Standard streams and facts of a shell under test. */
export interface FakeIo extends ShellIo {
  stdin: PassThrough & {setRawMode?: (isRaw: boolean) => void}
  stdout: Recorder
  stderr: Recorder
}

/** A terminal with all that a terminal may have. */
export const colourfulLook: Look = {
  ...plainLook,
  colors: 256,
  links: {hostname: 'box'},
  hasClipboard: true,
}

export function createIo(mode: ShellIo['mode'], changes: Partial<ShellIo> = {}): FakeIo {
  return {
    mode,
    look: {stdout: plainLook, stderr: plainLook},
    cwd: '/tmp',
    home: '/home/ana',
    mediaType: name => Promise.resolve(name.endsWith('.pdf') ? 'application/pdf' : 'text/plain'),
    // The real one would stop the tests.
    controlJobs: () => ({stop: () => undefined, end: () => undefined}),
    facts: {
      ...{version: '1.0.0', outDirectory: '/home/ana/work', joinCommand: 'npx chatctl join', defaultPort: 5000},
      interfaces: {'192.168.1.23': 'wlan0', '10.8.0.4': 'tun0', 'fd00::17': 'wlan0'},
    },
    ...changes,
    stdin: new PassThrough(),
    stdout: new Recorder(),
    stderr: new Recorder(),
  }
}
