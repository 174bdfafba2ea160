import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {packageRoot, runChatctl} from '../helpers/run-chatctl.js'
import {shared} from '../helpers/when-over.js'

interface Described {
  description?: string
  hidden?: boolean
}

interface Listed extends Described {
  id: string
  summary?: string
  usage?: string | string[]
  examples?: string[]
  flags: Record<string, Described>
  args: Record<string, Described>
}

const manifest = JSON.parse(readFileSync(join(packageRoot, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, Listed>
}
const commands = Object.values(manifest.commands).map(command => [wordsOf(command.id), command] as const)

const tests = ['commands', 'e2e', 'repl'].flatMap(folder => {
  const path = join(packageRoot, 'test', folder)
  const files = readdirSync(path, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.test.ts'))
  return files.map(file => readFileSync(join(path, file), 'utf8'))
})

function wordsOf(id: string): string {
  return id.replace(/^chat:/, '').replaceAll(':', ' ')
}

describe.each(commands)('the command %s', (words, {summary, usage, examples, flags, args}) => {
  const completion = shared(() => runChatctl(['completion', 'fish']))

  it('has a summary of one line, which is no sentence', () => {
    expect(summary).toMatch(/^[A-Z][^\n]*[^.\n]$/)
  })

  it('says how it is used, and gives an example', async () => {
    expect([usage].flat().join('\n')).toContain('<%= command.id %>')
    expect(examples?.join('\n')).toContain('<%= command.id %>')
    const {stdout} = await runChatctl([...words.split(' '), '--help'])
    for (const part of ['USAGE', 'OUTPUT FLAGS', 'EXAMPLES']) expect(stdout).toMatch(new RegExp(`^${part}$`, 'm'))
    expect(stdout).toContain(`$ chatctl ${words}`)
  })

  it('says of each flag and argument what it is for', () => {
    const unsaid = Object.entries({...flags, ...args}).filter(([, each]) => !each.hidden && !each.description)
    expect(unsaid).toEqual([])
  })

  it('is completed by Tab, with its flags', () => {
    const last = words.split(' ').at(-1)!
    expect(completion().stdout).toMatch(new RegExp(` -a ${last} -d '`))
    expect(completion().stdout).toContain(`_is ${words}' -l json -d '`)
  })

  it('has a test that runs it', () => {
    const typed = words.split(' ').map(word => `'${word}'`)
    // Where it begins what is typed; in the middle of a list of names nothing is run.
    const run = new RegExp(String.raw`(?:\[|\(\w+, )${typed.join(', ')}[,\]]|\(\w+, ${typed.join(', ')}\)`)
    expect(tests.some(text => run.test(text))).toBe(true)
  })
})
