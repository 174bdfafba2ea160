import {describe, expect, expectTypeOf, it} from 'vitest'
import type {CommandContext} from '../../src/repl/context.js'
import {boolean, custom, integer, option, rest, string} from '../../src/repl/parameter.js'
import {defineSlashCommand, type SlashCommand} from '../../src/repl/slash-command.js'

const scene = (facts: Partial<CommandContext> = {}) =>
  ({isHost: () => false, isScreen: () => true, ...facts}) as CommandContext

async function refusal(command: SlashCommand<CommandContext>, rest: string, facts: Partial<CommandContext> = {}) {
  return command.execute(scene(facts), rest).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a slash command', () => {
  const seen: unknown[] = []
  const add = defineSlashCommand({
    name: 'add',
    summary: 'adds',
    args: {
      first: integer({required: true, min: 0, max: 99}),
      how: option(['up', 'down'], {default: 'up'}),
      note: rest(),
    },
    flags: {
      loud: boolean({char: 'l'}),
      tag: string({multiple: true, char: 't'}),
      base: integer({default: 10}),
      at: custom<Date>({parse: text => new Date(text)})(),
    },
    run(_context, {args, flags}) {
      expectTypeOf(args).toEqualTypeOf<{
        readonly first: number
        readonly how: 'up' | 'down'
        readonly note: string | undefined
      }>()
      expectTypeOf(flags).toEqualTypeOf<{
        readonly loud: boolean
        readonly tag: string[]
        readonly base: number
        readonly at: Date | undefined
      }>()
      seen.push({args, flags})
    },
  })
  const unsaid = {loud: false, tag: [], base: 10, at: undefined}

  it.each([
    ['1', {first: 1, how: 'up', note: undefined}, unsaid],
    ['1 down', {first: 1, how: 'down', note: undefined}, unsaid],
    ['"1" down  as  it is " ', {first: 1, how: 'down', note: 'as  it is " '}, unsaid],
    ['--loud 1', {first: 1, how: 'up', note: undefined}, {...unsaid, loud: true}],
    ['-l 1 -t a --tag=b c -t "d e" down', {first: 1, how: 'c'}, undefined],
    [
      '-l 1 -t a --tag=b -t "d e" down --base 2 --at 2026-01-01 then --loud',
      {first: 1, how: 'down', note: 'then --loud'},
      {loud: true, tag: ['a', 'b', 'd e'], base: 2, at: new Date('2026-01-01')},
    ],
    ['1 up -- --loud', {first: 1, how: 'up', note: '--loud'}, unsaid],
    ['1 up "--loud"', {first: 1, how: 'up', note: '"--loud"'}, unsaid],
  ])('gets what was typed for each of its arguments and flags, of their kinds: %s', async (typed, args, flags) => {
    seen.length = 0
    const failed = await refusal(add, typed)
    if (flags === undefined) expect(failed).toMatchObject({code: 'bad-argument'})
    else expect(seen).toEqual([{args, flags}])
  })

  it.each([
    ['', 'it needs FIRST'],
    ['x', '"x" is not a whole number from 0 to 99'],
    ['100', '"100" is not a whole number from 0 to 99'],
    ['1e1', '"1e1" is not a whole number from 0 to 99'],
    ['1 left', '"left" is none of up, down'],
    ['1 --lound', 'there is no --lound (did you mean --loud?)'],
    ['1 --quite-another', 'there is no --quite-another'],
    ['1 -x', 'there is no -x'],
    ['1 --base', '--base needs N'],
    ['1 --base 2 --base 3', '--base is given twice'],
    ['1 "up', 'a quote is not closed'],
  ])('is not run with %j, and says what is wrong and how it is used', async (typed, problem) => {
    seen.length = 0
    expect(await refusal(add, typed)).toMatchObject({
      code: 'bad-argument',
      message: `/add: ${problem.replace('FIRST', 'N')}`,
      suggestions: ['Usage: /add N [up|down] [TEXT] [--loud] [--tag TAG]... [--base N] [--at AT]'],
    })
    expect(seen).toEqual([])
  })

  it('without flags takes a word that begins with dashes as it is', async () => {
    const echo = defineSlashCommand({
      name: 'echo',
      summary: 'repeats',
      args: {words: string({multiple: true})},
      run: (_context, {args}) => void seen.push(args.words),
    })
    seen.length = 0
    await echo.execute(scene(), 'a --b "c d"')
    expect(seen).toEqual([['a', '--b', 'c d']])
  })

  it('says what is too much', async () => {
    const bare = defineSlashCommand({name: 'bare', summary: 'takes nothing', run: () => undefined})
    expect(await refusal(bare, 'x y')).toMatchObject({message: '/bare: "x" is too much', suggestions: ['Usage: /bare']})
  })

  it('of the host is refused to anyone else, and one of the screen where there is none', async () => {
    const runs: string[] = []
    const close = defineSlashCommand({name: 'close', summary: '', user: 'host', run: () => void runs.push('close')})
    const draw = defineSlashCommand({name: 'draw', summary: '', where: 'screen', run: () => void runs.push('draw')})
    expect(await refusal(close, '')).toMatchObject({code: 'host-only', message: '/close is for the host'})
    expect(await refusal(draw, '', {isScreen: () => false})).toMatchObject({code: 'screen-only'})
    expect(runs).toEqual([])
    await close.execute(scene({isHost: () => true}), '')
    await draw.execute(scene(), '')
    expect(runs).toEqual(['close', 'draw'])
  })
})
