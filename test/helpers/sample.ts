import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'vitest'
import type {CuttableProxy} from './cuttable-proxy.js'
import {temporaryDirectory} from './temporary-directory.js'
import {until} from './until.js'

/** A file of random bytes, on its way by lines that break. */
export class Sample {
  readonly path = join(temporaryDirectory(), 'a.bin')
  readonly bytes: number
  readonly sha256: string

  constructor(bytes: number) {
    const content = randomBytes(bytes)
    writeFileSync(this.path, content)
    this.bytes = bytes
    this.sha256 = sha256Of(content)
  }

  /** Where each of so many equal parts ends, but for the last. */
  placesOf(parts: number): number[] {
    return Array.from({length: parts - 1}, (_, index) => (this.bytes * (index + 1)) / parts)
  }

  /** Has it be what is in a directory, and all of that. */
  async expectIn(inbox: string): Promise<void> {
    await until(() => readdirSync(inbox).length === 1)
    expect(readdirSync(inbox)).toEqual(['new_a.bin'])
    this.expectAt(join(inbox, 'new_a.bin'))
  }

  /** Has it be what stands at a path. */
  expectAt(path: string): void {
    expect(sha256Of(readFileSync(path))).toBe(this.sha256)
  }

  /**
   * Has little of it have passed twice. A break costs what was on its way, a window of the connection, and what two ends
   * say when they meet again: no more than a hundredth of the size.
   */
  expectFewAgain({passedBytes}: CuttableProxy, breaks: number): void {
    expect(passedBytes).toBeGreaterThan(this.bytes)
    expect(passedBytes).toBeLessThan(this.bytes + (breaks * this.bytes) / 100)
  }
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
