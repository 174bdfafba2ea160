import {createHash, randomBytes} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect} from 'vitest'
import type {CuttableProxy} from './cuttable-proxy.js'
import {temporaryDirectory} from './temporary-directory.js'
import {until} from './until.js'

/** Random bytes, on their way by lines that break. */
abstract class Sample {
  abstract readonly path: string
  readonly bytes: number
  /** What is told of it when it has arrived. */
  abstract readonly told: Record<string, unknown>
  protected abstract readonly arrivedName: string

  constructor(bytes: number) {
    this.bytes = bytes
  }

  /** Where each of so many equal parts ends, but for the last. */
  placesOf(parts: number): number[] {
    return Array.from({length: parts - 1}, (_, index) => (this.bytes * (index + 1)) / parts)
  }

  /** Has it be what is in a directory, and all of that. */
  async expectIn(inbox: string): Promise<void> {
    await until(() => readdirSync(inbox).length === 1)
    expect(readdirSync(inbox)).toEqual([this.arrivedName])
    this.expectAt(join(inbox, this.arrivedName))
  }

  /** Has it be what stands at a path. */
  abstract expectAt(path: string): void

  /**
   * Has little of it have passed twice. A break costs what was on its way, a window of the connection, and what two ends
   * say when they meet again: no more than a hundredth of the size.
   */
  expectFewAgain({passedBytes}: CuttableProxy, breaks: number): void {
    expect(passedBytes).toBeGreaterThan(this.bytes)
    expect(passedBytes).toBeLessThan(this.bytes + (breaks * this.bytes) / 100)
  }
}

export type {Sample}

/** A file. */
export class SampleFile extends Sample {
  readonly path = join(temporaryDirectory(), 'a.bin')
  readonly sha256: string
  protected readonly arrivedName = 'new_a.bin'

  constructor(bytes: number) {
    super(bytes)
    const content = randomBytes(bytes)
    writeFileSync(this.path, content)
    this.sha256 = sha256Of(content)
  }

  get told(): Record<string, unknown> {
    return {bytes: this.bytes, sha256: this.sha256}
  }

  expectAt(path: string): void {
    expect(sha256Of(readFileSync(path))).toBe(this.sha256)
  }
}

const smallFiles = 1000
const smallBytes = 30_000
const directories = 20

/** A directory: a thousand small files in twenty others, and a large one among them. */
export class SampleTree extends Sample {
  readonly path = join(temporaryDirectory(), 'src')
  protected readonly arrivedName = 'new_src'
  readonly #digests = new Map<string, string>()

  constructor(bytes: number) {
    super(bytes)
    for (let index = 0; index < smallFiles; index++) this.#plant(`${index % directories}/${index}`, smallBytes)
    this.#plant('5/large', bytes - smallFiles * smallBytes)
  }

  get told(): Record<string, unknown> {
    return {bytes: this.bytes, files: this.#digests.size}
  }

  expectAt(path: string): void {
    for (const [name, digest] of this.#digests) expect(sha256Of(readFileSync(join(path, name))), name).toBe(digest)
  }

  #plant(name: string, bytes: number): void {
    const [place, content] = [join(this.path, name), randomBytes(bytes)]
    mkdirSync(dirname(place), {recursive: true})
    writeFileSync(place, content)
    this.#digests.set(name, sha256Of(content))
  }
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
