import {describe, expect, it} from 'vitest'
import {slashCommands} from '../../../src/repl/commands/index.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {bob, FakeConversation} from '../../helpers/fake-conversation.js'

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

describe('/history', () => {
  it('shows again what was said lately, as a pipe would have it', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.submit('/history')).toBe('nothing was said yet')
    for (let number = 1; number <= 30; number++) bench.conversation.hear(bob, `line ${number}\n\u001b[2J`)
    const lines = (await bench.submit('/history')).split('\n')
    expect(lines).toHaveLength(20)
    expect(lines.at(-1)).toMatch(/^\d\d:\d\d bob: line 30⏎\\u\{1b\}\[2J$/)
    expect((await bench.submit('/history 2')).split('\n')).toHaveLength(2)
    expect(await bench.refuse('/history 0')).toMatchObject({suggestions: ['Usage: /history [N]']})
  })

  it('holds 500 messages, and no more than 1 MiB of them', async () => {
    const bench = new CommandBench(new FakeConversation())
    for (let number = 0; number < 600; number++) bench.conversation.hear(bob, 'x')
    expect((await bench.submit('/history 500')).split('\n')).toHaveLength(500)
    for (let number = 0; number < 40; number++) bench.conversation.hear(bob, 'x'.repeat(60_000))
    expect((await bench.submit('/history 500')).split('\n')).toHaveLength(17)
  })
})

describe('/plugins', () => {
  it('says when there are none', async () => {
    expect(await new CommandBench(new FakeConversation()).submit('/plugins')).toBe('no plug-in is installed')
  })
})
