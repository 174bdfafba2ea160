import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {joinDesks, type DeskEnd} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

const swapper = join(import.meta.dirname, '..', '..', 'hostile', 'directory-swapper.js')

/** Lets the attacker loose; returns how to stop it. */
async function attack(directory: string, elsewhere: string, victim: string): Promise<() => Promise<void>> {
  const attacker = spawn(process.execPath, [swapper, directory, elsewhere, victim], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exit = once(attacker, 'exit')
  onTestFinished(() => void attacker.kill('SIGKILL'))
  await once(attacker.stdout, 'data')
  return async () => {
    attacker.stdin.end()
    await exit
  }
}

/** The contents of all plain files of a name, whichever directory it was published in. */
function contentsOf(name: string, root: string): string[] {
  const directories = readdirSync(root, {withFileTypes: true}).filter(entry => entry.isDirectory())
  const paths = directories.map(directory => join(root, directory.name, name))
  const files = paths.filter(path => lstatSync(path, {throwIfNoEntry: false})?.isFile() === true)
  return files.map(path => readFileSync(path, 'utf8'))
}

async function exchange(member: DeskEnd, name: string, content: string): Promise<string> {
  const {delivered} = await member.desk.offer(member.write(name, content))
  return delivered.then(
    () => 'delivered',
    () => 'failed',
  )
}

describe('while somebody swaps the directory, and what is in it', () => {
  it('nothing is written through a link, nothing replaced, and what is called received is what was sent', async () => {
    const {host, member} = joinDesks()
    const root = temporaryDirectory()
    const [directory, elsewhere, victim] = ['in', 'elsewhere', 'victim'].map(name => join(root, name)) as [
      string,
      string,
      string,
    ]
    mkdirSync(directory)
    mkdirSync(elsewhere)
    writeFileSync(victim, 'precious')
    for (const place of [directory, elsewhere]) {
      for (let index = 0; index < 40; index += 4) symlinkSync(victim, join(place, `new_${index}.txt`))
      writeFileSync(join(place, 'new_1.txt'), 'mine')
    }
    host.intake.directory = directory
    const stop = await attack(directory, elsewhere, victim)
    const contents = Array.from({length: 120}, (_, index) => `${index} `.repeat(5000))
    const outcomes: string[] = []
    for (const [index, content] of contents.entries())
      outcomes.push(await exchange(member, `${index % 40}${index % 3 === 0 ? 'spared' : ''}.txt`, content))
    await stop()

    expect(readFileSync(victim, 'utf8')).toBe('precious')
    for (const place of [directory, elsewhere]) {
      expect(readFileSync(join(place, 'new_1.txt'), 'utf8')).toBe('mine')
      expect(lstatSync(join(place, 'new_0.txt')).isSymbolicLink()).toBe(true)
      expect(readdirSync(place).filter(name => !/^\.?new_/.test(name))).toEqual([])
    }
    const received = host.events.filter(event => event.event === 'received')
    for (const {path, name} of received) {
      const sent = contents.filter((_, index) => name === `${index % 40}${index % 3 === 0 ? 'spared' : ''}.txt`)
      const found = contentsOf(basename(path), root)
      expect(
        found.some(content => sent.includes(content)),
        path,
      ).toBe(true)
    }
    expect(outcomes).toContain('delivered')
  })
})
