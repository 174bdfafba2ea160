import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../../src/errors/index.js'
import {GivenWords} from '../../../src/repl/arguments.js'
import {slashCommands} from '../../../src/repl/commands/index.js'
import {usageOf} from '../../../src/repl/usage.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {ana, FakeRoom} from '../../helpers/fake-conversation.js'
import {packageRoot} from '../../helpers/run-chatctl.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {eventLoopTurns} from '../../helpers/until.js'

const folder = join(packageRoot, 'test/repl/commands')
const tests = readdirSync(folder)
  .filter(name => name !== 'table.test.ts')
  .map(name => readFileSync(join(folder, name), 'utf8'))
  .join('')

/** What takes a name or a number that only a person can think of. */
const isOwnInvention = ['history', 'invite', 'nick']

/** A room in which there is something of everything. */
async function furnished() {
  const cwd = temporaryDirectory()
  mkdirSync(join(cwd, 'inbox'))
  const bench = new CommandBench(new FakeRoom(), {cwd})
  const file = {transfer: 3, name: 'a.pdf', bytes: 1}
  bench.conversation.waiting = [{...file, from: ana, files: 1, mediaType: 'text/plain'}]
  bench.conversation.running = [{...file, direction: 'send', peer: ana, moved: 0, rate: 0, state: 'moving'}]
  bench.conversation.remembered = [{name: 'nas', fingerprint: 'f'.repeat(64), since: '2026-01-01T00:00:00Z'}]
  await bench.submit('/file inbox')
  bench.conversation.outgoing[0]!.fail(new ChatctlError('connection-lost', 'gone'))
  await eventLoopTurns(5)
  return bench
}

describe.each(slashCommands.map(command => [command.name, command] as const))('/%s', (name, command) => {
  it('says in a few words what it does', () => {
    expect(command.summary).toMatch(/^[a-z].{5,50}[^.]$/)
    expect(command.group).not.toBe('plug-ins')
  })

  it('has a usage, which says all that it takes', () => {
    const usage = usageOf(command)
    for (const flag of Object.keys(command.flags)) expect(usage).toContain(`--${flag}`)
    expect(usage === '').toBe(Object.keys({...command.args, ...command.flags}).length === 0)
  })

  it('has examples that it understands', () => {
    expect(command.examples.length).toBeGreaterThan(0)
    for (const example of command.examples) {
      const [, called, rest = ''] = /^\/(\S+)\s*(.*)$/.exec(example)!
      expect([name, ...command.aliases]).toContain(called)
      expect(new GivenWords(command, rest).problem).toBeUndefined()
    }
  })

  it('proposes what it takes', async () => {
    const bench = await furnished()
    const {candidates} = await bench.shell.complete(`/${name} `, name.length + 2)
    expect(candidates.length > 0).toBe(Object.keys(command.args).length > 0 && !isOwnInvention.includes(name))
  })

  it('has a test', () => {
    expect(tests).toMatch(new RegExp(String.raw`'/${name}\b`))
  })
})
