import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {ChatctlError} from '../../src/errors/index.js'
import {pluginKit, type FoundPlugin, type PluginContribution, type PluginSource} from '../../src/repl/plugin.js'
import {maxComplaints, pluginPatienceMs} from '../../src/repl/plugin-desk.js'
import {maxWaitingEvents} from '../../src/repl/plugin-listener.js'
import {CommandBench} from '../helpers/command-bench.js'
import {bob, FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'
import {packageRoot} from '../helpers/run-chatctl.js'
import {eventLoopTurns} from '../helpers/until.js'

const docs = readFileSync(join(packageRoot, 'docs/plugins.md'), 'utf8')
const {command, custom, integer, member, rest} = pluginKit

afterEach(() => void vi.useRealTimers())

/** A shell with plug-ins, each of which gives what it gives. */
function benchWith(plugins: Record<string, unknown>, conversation = new FakeConversation()) {
  const found: FoundPlugin[] = Object.entries(plugins).map(([name, contribution]) => ({
    name,
    version: '1.0.0',
    contribution,
  }))
  const kept = new Map<string, unknown>()
  const within: string[] = []
  const source: PluginSource = {
    load: () => Promise.resolve(found.map(one => Promise.resolve(one))),
    storageOf: plugin => ({
      get: key => Promise.resolve(kept.get(`${plugin}/${key}`)),
      set: (key, value) => Promise.resolve(void kept.set(`${plugin}/${key}`, value)),
      delete: key => Promise.resolve(void kept.delete(`${plugin}/${key}`)),
      keys: () => Promise.resolve([...kept.keys()]),
    }),
    inside: (plugin, work) => {
      within.push(plugin)
      try {
        return work()
      } finally {
        within.pop()
      }
    },
    outside: work => work(),
    onStray: () => undefined,
  }
  const bench = new CommandBench(conversation, {plugins: source})
  return {bench, source, kept, within}
}

const giving = (...commands: PluginContribution['commands'] & object) => ({apiVersion: 1, commands})
const roll = command({
  name: 'roll',
  summary: 'rolls a die',
  args: {sides: integer({min: 2, default: 6})},
  run: ({say}, {args}) => say(`rolls ${args.sides}`, 'me'),
})

describe('/plugins', () => {
  it('lists what has gone wrong with a plug-in, as it was loaded and since, each once', async () => {
    const fail = command({name: 'boom', summary: 'fails', run: () => Promise.reject(new Error('out of dice'))})
    const {bench} = benchWith({dice: giving(roll, fail, roll), old: {apiVersion: 0}})
    for (let time = 0; time < 2; time++) await bench.refuse('/boom')
    const [dice, ...problems] = (await bench.submit('/plugins')).split('\n')
    expect(dice).toBe('dice  1.0.0  /roll  /boom')
    expect(problems).toEqual([
      expect.stringContaining('/roll'),
      '  /boom failed: out of dice',
      'old  1.0.0',
      expect.stringContaining('version'),
    ])
  })
})

describe('a plug-in', () => {
  it('adds a command like any other: it runs, is explained and completed, and says what it does not understand', async () => {
    const {bench} = benchWith({dice: giving(roll)})
    await bench.submit('/roll 20')
    expect(bench.conversation.said).toEqual([{text: 'rolls 20', kind: 'me'}])
    expect(await bench.submit('/help roll')).toBe('/roll [N]\n  rolls a die')
    expect((await bench.shell.complete('/ro', 3)).candidates).toEqual([
      {value: '/roll ', label: '/roll', summary: 'rolls a die'},
    ])
    expect(await bench.refuse('/roll 1')).toMatchObject({code: 'bad-argument', suggestions: ['Usage: /roll [N]']})
    expect(await bench.submit('/plugins')).toBe('dice  1.0.0  /roll')
  })

  it('has a context: it tells, asks who is here, keeps, and prints what is safe', async () => {
    const greet = command({
      name: 'greet',
      summary: 'greets someone',
      args: {nick: member({required: true}), text: rest({default: 'hello'})},
      async run({tell, print, members, me, host, storage, sendFile}, {args}) {
        await tell(args.nick, args.text)
        const count = Number((await storage.get('count')) ?? 0) + 1
        await storage.set('count', count)
        await sendFile('/tmp/card.txt', {to: args.nick})
        print(`${me().nick} of ${host().nick} has greeted ${count} of ${members().length}\u001b[2J`)
      },
    })
    const {bench, kept} = benchWith({polite: giving(greet)})
    expect(await bench.submit('/greet bob')).toContain('ana of bob has greeted 1 of 1\\u{1b}[2J')
    expect(bench.conversation.told).toEqual([{nick: 'bob', text: 'hello'}])
    expect(bench.conversation.outgoing).toMatchObject([{path: '/tmp/card.txt', to: 'bob'}])
    expect([...kept]).toEqual([['polite/count', 1]])
  })

  it('sees copies, and nothing that leads further', async () => {
    const seen: unknown[] = []
    const look = command({name: 'look', summary: 'looks around', run: context => void seen.push(context)})
    const {bench} = benchWith({curious: giving(look)})
    await bench.submit('/look')
    const [context] = seen as Record<string, unknown>[]
    for (const hidden of ['conversation', 'room', 'registry', 'quit', 'retry', 'edit', 'plugins'])
      expect(context).not.toHaveProperty(hidden)
    const [, page = ''] = docs.split('### The context')
    for (const name of Object.keys(context!)) expect(page).toMatch(new RegExp(`^\\| .*\`${name}\\b.* \\| `, 'm'))
    const [someone] = (context!['members'] as () => {nick: string}[])()
    someone!.nick = 'forged'
    expect(bench.conversation.others).toEqual([bob])
  })

  it('asks a person, whose next line is the answer', async () => {
    const ask = command({
      name: 'ask',
      summary: 'asks for a number',
      run: async ({ask: question, say}) => say(`it is ${await question('Which\u001b number?')}`),
    })
    const {bench} = benchWith({curious: giving(ask)})
    const asking = bench.shell.submit('/ask')
    await eventLoopTurns(5)
    expect(bench.printed).toEqual(['curious: Which\\u{1b} number?'])
    expect(bench.shell.answer('seven')).toBe(true)
    await asking
    expect(bench.conversation.said).toMatchObject([{text: 'it is seven'}])
    expect(bench.shell.answer('eight')).toBe(false)
  })
})

describe('a plug-in that is not as it should be', () => {
  it('cannot make a command that does nothing', () => {
    expect(() => command({name: 'x', summary: 'does it'} as never)).toThrow('/x has no run as it should have')
  })

  const named = (name: string, aliases: string[] = []) =>
    command({name, aliases, summary: 'does it', run: () => undefined})

  /** Made by a plug-in that no compiler has looked at. */
  const does = (wrong: object) => command({name: 'x', summary: 'does it', run: () => undefined, ...wrong})

  it.each<[string, unknown, string]>([
    ['returns nothing', undefined, 'its hook returned nothing'],
    ['returns a number', 42, 'its hook returned no object'],
    ['is for another version', {apiVersion: 2}, 'it is for version 2 of the plug-in API, and this is 1'],
    ['says no version', {commands: []}, 'it is for version undefined of the plug-in API, and this is 1'],
    ['has no list', {apiVersion: 1, commands: {}}, 'its commands are no list'],
    ['has a command of its own making', giving({name: 'x'} as never), 'a command was not made by command()'],
    ['says what is no list', giving(named('x', 'y' as never)), '/x has no aliases as it should have'],
    ['has no summary', giving(does({summary: undefined})), '/x has no summary as it should have'],
    ['has a summary of two lines', giving(does({summary: 'one\ntwo'})), '/x has no summary as it should have'],
    ['gives examples that are none', giving(does({examples: '/x'})), '/x has no examples as it should have'],
    ['is for whom nobody knows', giving(does({user: 'root'})), '/x has no user as it should have'],
    ['works where nobody is', giving(does({where: 'moon'})), '/x has no where as it should have'],
    ['destroys perhaps', giving(does({destroys: 'no'})), '/x has no destroys as it should have'],
    ['takes what is no argument', giving(does({args: {n: 5}})), 'a command was not made by command()'],
    [
      'says what cannot be shown of a flag',
      giving(does({flags: {n: {...integer(), summary: 5}}})),
      '/x has no flags as it should have',
    ],
    [
      'calls an argument what cannot be shown',
      giving(does({args: {n: {...integer(), label: 5}}})),
      '/x has no args as it should have',
    ],
    ['has a name that is none', giving(named('Ro ll')), '"Ro ll" is no name for a command'],
    ["takes one of chatctl's names", giving(named('quit')), '/quit is taken by chatctl itself'],
    ['takes one by an alias', giving(named('x', ['dm'])), '/dm is taken by chatctl itself'],
    ['takes one that is kept for later', giving(named('ban')), '/ban is a name that chatctl keeps for itself'],
  ])('%s: it is told in one line, and the room goes on', async (_, contribution, problem) => {
    const {bench} = benchWith({bad: contribution, dice: giving(roll)})
    await bench.submit('/roll')
    expect(bench.printed).toEqual([`plug-in bad: ${problem}`])
    expect(bench.conversation.said).toHaveLength(1)
    expect(await bench.submit('/plugins')).toBe(`bad  1.0.0\n  ${problem}\ndice  1.0.0  /roll`)
  })

  it('takes a name that another has: the first keeps it, and the rest of both counts', async () => {
    const {bench} = benchWith({one: giving(roll), two: giving(named('roll'), named('other'))})
    await bench.submit('/other')
    expect(bench.printed).toEqual(['plug-in two: /roll is taken by plug-in one'])
    await bench.submit('/roll')
    expect(bench.conversation.said).toHaveLength(1)
  })

  it('throws: that is a mistake of the line, and no more', async () => {
    const bad = command({
      name: 'bad',
      summary: 'fails',
      run() {
        throw new TypeError('oops\nstack')
      },
    })
    const {bench} = benchWith({bad: giving(bad)})
    expect(await bench.refuse('/bad')).toMatchObject({code: 'plugin-failed', message: 'plug-in bad: /bad failed: oops'})
    await bench.submit('hello')
    expect(bench.conversation.said).toHaveLength(1)
  })

  it('never ends: it is given up after 30 s, and told by its signal', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    let signal: AbortSignal | undefined
    const hang = command({
      name: 'hang',
      summary: 'hangs',
      run: context => {
        signal = context.signal
        return new Promise<void>(() => undefined)
      },
    })
    const {bench} = benchWith({bad: giving(hang)})
    const submitted = bench.shell.submit('/hang')
    await eventLoopTurns(10)
    expect(signal).toBeDefined()
    await vi.advanceTimersByTimeAsync(29_999)
    expect(bench.failures).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    await submitted
    expect(bench.failures).toMatchObject([{message: 'plug-in bad: /hang did not end within 30 s'}])
    expect(signal?.aborted).toBe(true)
  })

  it('takes long: the next line waits for it a second, and no longer', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    let goOn = (): void => undefined
    const slow = command({
      name: 'slow',
      summary: 'takes its time',
      async run({say}) {
        await new Promise<void>(resolve => (goOn = resolve))
        await say('at last')
        throw new Error('oops')
      },
    })
    const {bench} = benchWith({bad: giving(slow)})
    const isOver = {of: false}
    const submitted = bench.shell.submit('/slow').then(() => (isOver.of = true))
    await eventLoopTurns(10)
    await vi.advanceTimersByTimeAsync(pluginPatienceMs - 1)
    expect(isOver.of).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await submitted
    await bench.shell.submit('hello')
    goOn()
    await bench.shell.idle()
    expect(bench.conversation.said).toMatchObject([{text: 'hello'}, {text: 'at last'}])
    expect(bench.failures).toMatchObject([{message: 'plug-in bad: /slow failed: oops'}])
  })

  it('listens to its signal: what it does then is its doing, when the room ends too', async () => {
    const heardIn: (string | undefined)[] = []
    const wait = command({
      name: 'wait',
      summary: 'waits for the end',
      run: ({signal}) => signal.addEventListener('abort', () => heardIn.push(within.at(-1))),
    })
    const {bench, within} = benchWith({bad: giving(wait)})
    await bench.submit('/wait')
    bench.conversation.end({reason: 'closed'})
    await eventLoopTurns(5)
    expect(heardIn).toEqual(['bad'])
  })

  it('goes wrong again and again: that is told 20 times', async () => {
    const {bench, source} = benchWith({bad: giving(roll)})
    await bench.submit('/plugins')
    bench.printed.length = 0
    for (let time = 0; time < maxComplaints + 10; time++) source.onStray('bad', `oops ${time}`)
    expect(bench.printed).toHaveLength(maxComplaints)
    expect(bench.printed.at(-1)).toBe('plug-in bad: oops 19 (and no more of it is told)')
  })

  it.each([
    ['fails', () => Promise.reject(new Error('no')), []],
    ['is no list', () => 'abc', []],
    ['has what is no proposal in it', () => [null, {text: 5}, {text: 'a', summary: 5}, {text: 'b'}], ['b']],
  ])('has a completion that %s: Tab has what is left', async (_, complete, left) => {
    const wrong = custom<string>({parse: text => text, complete: complete as never})
    const tab = command({name: 'tab', summary: 'takes it', args: {x: wrong()}, run: () => undefined})
    const {bench} = benchWith({bad: giving(tab)})
    await bench.submit('/plugins')
    const {candidates} = await bench.shell.complete('/tab ', 5)
    expect(candidates.map(({label}) => label)).toEqual(left)
    expect(bench.failures).toEqual([])
  })

  it('is long in coming: those that are there serve at once, and it does so when it is there', async () => {
    const {bench, source} = benchWith({})
    let arrive: (found: FoundPlugin) => void = () => undefined
    const slow = new Promise<FoundPlugin>(resolve => (arrive = resolve))
    const quick = Promise.resolve({name: 'dice', version: '1.0.0', contribution: giving(roll)})
    vi.spyOn(source, 'load').mockResolvedValue([slow, quick])
    await bench.submit('/roll 20')
    expect(bench.conversation.said).toMatchObject([{text: 'rolls 20'}])
    const greet = command({name: 'greet', summary: 'greets', run: ({say}) => say('hello')})
    const greeting = bench.submit('/greet')
    arrive({name: 'late', version: '1.0.0', contribution: giving(greet, roll)})
    await greeting
    expect(bench.conversation.said).toMatchObject([{text: 'rolls 20'}, {text: 'hello'}])
    expect(await bench.submit('/plugins')).toContain('dice  1.0.0  /roll\nlate  1.0.0  /greet')
  })

  it('cannot be loaded at all: the room has its own commands', async () => {
    const {bench, source} = benchWith({})
    vi.spyOn(source, 'load').mockRejectedValue(new Error('no such file\nstack'))
    expect(await bench.submit('/plugins')).toBe('no plug-in is loaded: no such file\nno plug-in is installed')
  })
})

describe('a bot', () => {
  const hi = (text: string): RoomEvent => ({event: 'message', id: 1, from: bob, text, kind: 'say', self: false})

  it('hears what happens and answers, one after the other', async () => {
    const heard: string[] = []
    const bot = {
      apiVersion: 1,
      async onEvent(event: RoomEvent, {say}: {say: (text: string) => Promise<void>}) {
        heard.push(event.event)
        if (event.event === 'message' && event.text === '!hi') await say(`hi ${event.from.nick}`)
      },
    }
    const {bench} = benchWith({bot})
    await bench.submit('/plugins')
    bench.conversation.emit({event: 'joined', member: bob})
    bench.conversation.emit({event: 'progress', transfer: 1, direction: 'send', bytes: 1, total: 2, rate: 1})
    bench.conversation.emit(hi('!hi'))
    await eventLoopTurns(20)
    expect(heard).toEqual(['joined', 'message', 'message'])
    expect(bench.conversation.said).toMatchObject([{text: 'hi bob'}])
  })

  it('hears of offers and of files that have arrived, as of all but progress', async () => {
    const heard: RoomEvent[] = []
    const bot = {apiVersion: 1, onEvent: (event: RoomEvent) => void heard.push(event)}
    const {bench} = benchWith({bot})
    await bench.submit('/plugins')
    const file = {transfer: 3, name: 'a.txt', bytes: 5, files: 1}
    const offer = {event: 'offer', ...file, from: bob, mediaType: 'text/plain'} as const
    const received = {event: 'received', ...file, path: '/new_a.txt', sha256: 'ab', ms: 1, resumedFrom: 0} as const
    for (const event of [offer, received, {event: 'left', member: bob, reason: 'quit'} as const])
      bench.conversation.emit(event)
    await eventLoopTurns(20)
    expect(heard).toEqual([offer, received, {event: 'left', member: bob, reason: 'quit'}])
  })

  it('that speaks when the room is over is not told of: the end is told once', async () => {
    const bot = {apiVersion: 1, onEvent: () => Promise.reject(new ChatctlError('connection-lost', 'gone'))}
    const {bench} = benchWith({bot})
    await bench.submit('/plugins')
    bench.printed.length = 0
    bench.conversation.emit(hi('a'))
    await eventLoopTurns(20)
    expect([bench.printed, bench.failures]).toEqual([[], []])
  })

  it('that fails is told of, and hears the next', async () => {
    let count = 0
    const onEvent = () => {
      count++
      throw new Error('no')
    }
    const {bench} = benchWith({bot: {apiVersion: 1, onEvent}})
    await bench.submit('/plugins')
    bench.conversation.emit(hi('a'))
    bench.conversation.emit(hi('b'))
    await eventLoopTurns(20)
    expect(count).toBe(2)
    const told = 'plug-in bot: its answer to "message" failed: no'
    expect(bench.printed.slice(-2)).toEqual([told, told])
    expect(bench.failures).toEqual([])
  })

  it('that is too slow misses what happens, which is told once', async () => {
    const {bench} = benchWith({bot: {apiVersion: 1, onEvent: () => new Promise(() => undefined)}})
    await bench.submit('/plugins')
    for (let number = 0; number < maxWaitingEvents + 10; number++) bench.conversation.emit(hi(String(number)))
    expect(bench.printed.filter(text => text.includes('too slow'))).toHaveLength(1)
    bench.conversation.end({reason: 'closed'})
  })
})

it.each([
  ['host', 'the host'],
  ['operator', 'operators'],
] as const)('a plug-in may keep a command for the %s', async (user, called) => {
  const open = command({name: 'open', summary: 'opens', user, run: ({say}) => say('open')})
  const member = benchWith({door: giving(open)}).bench
  expect(await member.refuse('/open')).toMatchObject({code: 'host-only', message: `/open is for ${called}`})
  expect(await member.submit('/help open')).toContain(`for ${called}`)
  const room = new FakeRoom()
  await benchWith({door: giving(open)}, room).bench.submit('/open')
  expect(room.said).toMatchObject([{text: 'open'}])
})
