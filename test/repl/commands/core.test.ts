import {describe, expect, it} from 'vitest'
import {slashCommands} from '../../../src/repl/commands/index.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {FakeConversation} from '../../helpers/fake-conversation.js'

describe('/help', () => {
  it('lists every command with its usage', async () => {
    const text = await new CommandBench(new FakeConversation()).submit('/help')
    for (const {name, summary} of slashCommands) {
      expect(text).toMatch(new RegExp(`^  /${name} `, 'm'))
      expect(text).toContain(summary)
    }
  })

  it('fits into 80 columns', async () => {
    const text = await new CommandBench(new FakeConversation()).submit('/help')
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
  })

  it('explains one command, by name, alias or prefix, with or without its slash', async () => {
    const bench = new CommandBench(new FakeConversation())
    for (const line of ['/help file', '/? /send', '/help fil', '/HELP FILE']) {
      expect(await bench.submit(line)).toBe(
        [
          '/file PATH... [--to NICK|all] [--exclude GLOB]... [--links] [--no-resume]',
          '  offers files, by path or by number of /ls',
          '  also: /send',
          '  --to NICK|all    whom it is for; in a room of two the other by default',
          '  --exclude GLOB   leaves this out of directories, as .gitignore does',
          '  --links          takes links along that stay inside',
          '  --no-resume      begins anew, whatever of it is there',
          '  e.g. /file report.pdf',
          '  e.g. /file 2 "my notes.txt" --to ana',
          "  e.g. /file src --exclude '*.log' --to all",
        ].join('\n'),
      )
    }
    expect(await bench.submit('/help invite')).toContain('for the host')
  })

  it('answers an unknown command with the nearest', async () => {
    const {suggestions} = await new CommandBench(new FakeConversation()).refuse('/help flie')
    expect(suggestions[0]).toContain('Did you mean /file?')
  })
})

describe('/quit', () => {
  it.each(['/quit', '/q', '/exit', 'quit()'])('leaves by %s', async line => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit(line)
    expect(bench.conversation.leaves).toBe(1)
  })

  it('leaves only when the room has every message', async () => {
    const bench = new CommandBench(new FakeConversation())
    let give!: () => void
    bench.conversation.delay = new Promise(resolve => (give = resolve))
    await bench.shell.submit('hello')
    const quitting = bench.shell.submit('/quit')
    await Promise.resolve()
    expect(bench.conversation.leaves).toBe(0)
    give()
    await quitting
    expect(bench.conversation.leaves).toBe(1)
  })

  it('takes nothing after it', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.refuse('/quit now')).toMatchObject({code: 'bad-argument', suggestions: ['Usage: /quit']})
    expect(bench.conversation.leaves).toBe(0)
  })
})

describe('/clear', () => {
  it('empties the screen', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit('/clear')
    expect(bench.clears).toBe(1)
  })
})
