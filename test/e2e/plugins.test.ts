import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {liveHost, liveMember, type LiveChatctl, type LiveRoom} from '../helpers/live-chatctl.js'
import {linkPlugins, makePlugin} from '../helpers/make-plugin.js'
import {packageRoot, runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const docs = readFileSync(join(packageRoot, 'docs/plugins.md'), 'utf8')
/** The files of the documentation, in their order: a package, and the scripts of a command, a kind of argument, and a bot. */
const [packageFile = ''] = blocksOf('json').filter(text => text.includes('chatctl:slash-commands'))
const [diceScript = '', suitScript = '', botScript = ''] = blocksOf('js')

function blocksOf(language: string): string[] {
  return Array.from(docs.matchAll(/```(\w+)\n(.*?)```/gs)).flatMap(([, of, text = '']) =>
    of === language ? [text] : [],
  )
}

/** The directory of a plug-in with nothing but the two files of the documentation. */
function dice(): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'package.json'), packageFile)
  writeFileSync(join(directory, 'slash-commands.js'), diceScript)
  return directory
}

/** A hook that gives one command, whose `run` is this. */
const withCommand = (name: string, run: string, before = '') => `${before}
export default async ({chatctl}) => ({apiVersion: 1, commands: [
  chatctl.command({name: '${name}', summary: 'does it', run: async context => { ${run} }}),
]})`

async function hostWith(plugins: Record<string, string>): Promise<LiveChatctl> {
  return (await roomWith(plugins)).host
}

/** A room whose host has these plug-ins linked in its data directory. */
function roomWith(plugins: Record<string, string>): Promise<LiveRoom> {
  const home = newHome()
  linkPlugins(
    home,
    Object.entries(plugins).map(([name, script]) => ({name, root: makePlugin(name, script)})),
  )
  return liveHost(['--json'], {home})
}

/** What was told of a plug-in, wherever. */
function toldOf({stderr, events}: LiveChatctl, name = 'bad'): string[] {
  const told = [
    ...stderr.split('\n'),
    ...events.filter(({event}) => event === 'error').map(({message}) => String(message)),
  ]
  return told.filter(line => line.includes(`plug-in ${name}: `))
}

/** What the room says is still said, and it ends as it should. */
async function expectToGoOn(host: LiveChatctl): Promise<void> {
  host.type('still here')
  await host.event('message', ({text}) => text === 'still here')
  host.type('/quit')
  expect(await host.exit).toBe(0)
}

describe('chatctl plugins', () => {
  const run = (home: string, ...argv: string[]) => runChatctl(argv, {env: {CHATCTL_HOME: home, HOME: home}})

  it('adds the directory of the documentation, whose command the next room has, and takes it away', async () => {
    const home = newHome()
    const directory = dice()
    expect(await run(home, 'plugins')).toMatchObject({exitCode: 0, stdout: '', stderr: 'no plug-in is installed\n'})
    expect(await run(home, 'plugins', 'add', directory)).toMatchObject({
      exitCode: 0,
      stdout: 'chatctl-plugin-dice 1.0.0 is added: the next room has its commands\n',
    })
    expect((await run(home, 'plugins')).stdout).toBe(`chatctl-plugin-dice  1.0.0  ${directory}\n`)
    const {host} = await liveHost(['--json'], {home})
    host.type('/roll 20', '/roll x', '/plugins')
    expect(await host.event('message')).toMatchObject({kind: 'me', text: expect.stringMatching(/^rolls \d+ of 20$/)})
    expect(await host.event('error')).toMatchObject({message: '/roll: "x" is not a whole number from 2 to 1000'})
    await host.tells('chatctl-plugin-dice  1.0.0  /roll')
    expect(await run(home, 'plugins', 'remove', 'chatctl-plugin-dice')).toMatchObject({exitCode: 0})
    expect((await run(home, 'plugins', '--json')).stdout).toMatch(/"ok":true,"plugins":\[\]/)
  })

  it('installs a package by npm, which runs none of its scripts', async () => {
    const home = newHome()
    const directory = dice()
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as object
    const postinstall = `node -e "require('fs').writeFileSync('${join(home, 'ran')}', '')"`
    execFileSync(
      'node',
      [
        '-e',
        `fs.writeFileSync('package.json', process.argv[1])`,
        JSON.stringify({...manifest, scripts: {postinstall}}),
      ],
      {cwd: directory},
    )
    execFileSync('npm', ['pack', '--ignore-scripts'], {cwd: directory, stdio: 'ignore'})
    const added = await run(home, 'plugins', 'add', join(directory, 'chatctl-plugin-dice-1.0.0.tgz'))
    expect(added).toMatchObject({exitCode: 0, stderr: ''})
    expect(existsSync(join(home, 'ran'))).toBe(false)
    expect((await run(home, 'plugins')).stdout).toBe('chatctl-plugin-dice  1.0.0\n')
    const {host} = await liveHost(['--json'], {home})
    host.type('/roll')
    await host.event('message', ({text}) => /^rolls \d of 6$/.test(String(text)))
    expect(await run(home, 'plugins', 'remove', 'chatctl-plugin-dice')).toMatchObject({exitCode: 0})
    expect(existsSync(join(home, 'node_modules/chatctl-plugin-dice'))).toBe(false)
  })

  it('takes a packed one anew, from wherever it is called, and instead of its directory', async () => {
    const home = newHome()
    const directory = dice()
    execFileSync('npm', ['pack', '--ignore-scripts'], {cwd: directory, stdio: 'ignore'})
    const add = (spec: string) =>
      runChatctl(['plugins', 'add', spec], {cwd: join(directory, '..'), env: {CHATCTL_HOME: home, HOME: home}})
    const packed = `${basename(directory)}/chatctl-plugin-dice-1.0.0.tgz`
    const isAdded = {exitCode: 0, stdout: 'chatctl-plugin-dice 1.0.0 is added: the next room has its commands\n'}
    for (const spec of [packed, packed, directory, packed]) expect(await add(spec)).toMatchObject(isAdded)
    expect((await run(home, 'plugins')).stdout).toBe('chatctl-plugin-dice  1.0.0\n')
    expect(await add(directory)).toMatchObject(isAdded)
    expect(await run(home, 'plugins', 'remove', 'chatctl-plugin-dice')).toMatchObject({exitCode: 0})
    expect(existsSync(join(home, 'node_modules/chatctl-plugin-dice'))).toBe(false)
  })

  it('refuses what is no plug-in, and keeps nothing of it', async () => {
    const home = newHome()
    const other = makePlugin('other', 'export default () => 1', 'init')
    expect(await run(home, 'plugins', 'add', other)).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('other is no plug-in of chatctl'),
    })
    expect(await run(home, 'plugins', 'add', temporaryDirectory())).toMatchObject({exitCode: 6})
    expect(await run(home, 'plugins', 'remove', 'nothing')).toMatchObject({exitCode: 6})
    expect(await run(home, 'plugins', 'add', './nowhere')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^Error: there is no .*nowhere\n/),
    })
    expect((await run(home, 'plugins', '--json')).stdout).toMatch(/"plugins":\[\]/)
  })
})

describe('a plug-in in a room', () => {
  it('has a kind of argument of its own, as the documentation has it', async () => {
    const host = await hostWith({cards: suitScript})
    host.type('/trumps clubs', '/trumps moons', '/trumps')
    await host.event('message', ({text}) => text === 'has clubs as trumps')
    await host.event('error', ({message}) => message === '/trumps: "moons" is no suit')
    await host.event('error', ({message}) => message === '/trumps: it needs SUIT')
  })

  it('is a bot, as the documentation has it', async () => {
    const {host, port} = await roomWith({bot: botScript})
    host.type('/plugins')
    await host.tells('bot  1.2.3')
    const ana = liveMember(port, ['--nick', 'ana'])
    await host.event('joined')
    ana.type('!time')
    await host.event('message', ({self, text}) => self === true && /^\d{4}-\d\d-\d\dT/.test(String(text)))
    await expectToGoOn(host)
  })

  it.each([
    ['throws', 'throw new Error("oops")', 'cannot be loaded: oops'],
    [
      'fails by this.error()',
      'export default async function () { this.error("oops", {exit: 9}) }',
      'cannot be loaded: oops',
    ],
    ['leaves by this.exit()', 'export default async function () { this.exit(9) }', 'cannot be loaded'],
    ['leaves by process.exit()', 'process.exit(9)', 'it wanted to end chatctl with 9'],
    [
      'prints',
      withCommand('x', '', 'console.log("loud\\u001b[2J")'),
      'it prints, which is not shown: loud\\\\u\\{1b\\}',
    ],
    ['is not there', 'import "no-such-package"; export default 1', 'cannot be loaded'],
    ['rejects behind its back', withCommand('x', '', 'Promise.reject(new Error("late"))'), 'it failed by itself: late'],
    [
      'throws behind its back',
      withCommand('x', '', 'setTimeout(() => { throw new Error("late") })'),
      'it failed by itself: late',
    ],
    ['takes a name that is kept for later', withCommand('ban', ''), '/ban is a name that chatctl keeps for itself'],
    ["takes one of chatctl's names", withCommand('quit', 'process.exit(9)'), '/quit is taken by chatctl itself'],
    [
      'is for another version',
      'export default async () => ({apiVersion: 2})',
      'it is for version 2 of the plug-in API',
    ],
    ['throws what cannot be read', 'throw Object.create(null)', 'cannot be loaded: what it threw cannot be read'],
    ['never ends loading', 'await new Promise(() => setInterval(() => 0, 1000))', 'it takes longer than 5 s'],
  ])('that %s while it is loaded is told of in a line, and the room goes on', async (_, script, problem) => {
    const host = await hostWith({bad: script, dice: diceScript})
    host.type('/roll')
    await host.event('message')
    expect(host.stderr).not.toContain('it takes longer')
    await host.tells(new RegExp(`^plug-in bad: .*${problem}`, 'm'))
    expect(host.stdout).not.toContain('loud')
    await expectToGoOn(host)
    expect(toldOf(host)).toHaveLength(1)
  })

  it('of which there are many is no reason for a warning', async () => {
    const names = Array.from({length: 12}, (_, index) => `dice-${index}`)
    const host = await hostWith(Object.fromEntries(names.map(name => [name, withCommand(name, '')])))
    host.type('/plugins')
    await host.tells('dice-9  ')
    await expectToGoOn(host)
    expect(host.stderr).not.toContain('Warning')
  })

  it('that takes the name of another is told of in a line, and the other keeps it', async () => {
    const host = await hostWith({bad: diceScript, aces: withCommand('roll', 'await context.say("ace")')})
    host.type('/roll')
    await host.event('message', ({text}) => text === 'ace')
    await host.tells('plug-in bad: /roll is taken by plug-in aces\n')
    await expectToGoOn(host)
    expect(toldOf(host)).toHaveLength(1)
  })

  it.each([
    ['throws', 'throw new Error("oops")', 'failed: oops'],
    ['ends the process', 'process.exit(9)', 'it wanted to end chatctl with 9'],
    ['prints', 'process.stdout.write("{}\\n{}"); console.error("loud")', 'it prints, which is not shown: {}'],
    ['throws later', 'setTimeout(() => { throw new Error("later") })', 'it failed by itself: later'],
    ['rejects later', 'setTimeout(() => Promise.reject(new Error("later")))', 'it failed by itself: later'],
    ['throws what cannot be read', 'throw Object.create(null)', 'failed: what it threw cannot be read'],
    [
      'throws later what cannot be read',
      'setTimeout(() => { throw Object.create(null) })',
      'it failed by itself: what it threw cannot be read',
    ],
    ['has a mistake of its own to show', 'context.fail(new Error("oops"))', 'plug-in bad: oops'],
    [
      'leaves from a listener',
      'context.subscribe(({text}) => text === "x" && process.exit(9)); await context.say("x")',
      'wanted to end chatctl with 9',
    ],
    [
      'rejects in a listener',
      'context.subscribe(async ({text}) => { if (text === "x") throw new Error("heard") }); await context.say("x")',
      'it failed by itself: heard',
    ],
    [
      'throws in a listener of the process',
      'process.once("SIGUSR2", () => { throw new Error("heard") }); process.kill(process.pid, "SIGUSR2")',
      'it failed by itself: heard',
    ],
    [
      'leaves in a listener of the process',
      'process.on("SIGUSR2", () => process.exit(9)); process.kill(process.pid, "SIGUSR2")',
      'wanted to end chatctl with 9',
    ],
    [
      'calls an output broken',
      'process.stdout.emit("error", Object.assign(new Error("gone"), {code: "EPIPE"}))',
      'it failed by itself: gone',
    ],
    ['closes an output', 'process.stdout.end()', 'it wanted to close an output'],
    [
      'throws where it fails in any case',
      'process.on("uncaughtException", error => { throw error }); setTimeout(() => { throw new Error("later") })',
      'it failed by itself: later',
    ],
  ])('that %s while it runs is told of in a line, and the room goes on', async (_, run, problem) => {
    const host = await hostWith({bad: withCommand('bad', run)})
    host.type('/bad')
    await host.sees(() => toldOf(host).some(told => told.includes(problem)))
    await expectToGoOn(host)
    expect(toldOf(host)).toHaveLength(1)
    expect(host.events.every(({v}) => v === 1)).toBe(true)
  })

  it('that never ends holds nobody up: one talks on, and leaves', async () => {
    const host = await hostWith({bad: withCommand('hang', 'await new Promise(() => setInterval(() => 0, 1000))')})
    host.type('/hang')
    await expectToGoOn(host)
    expect(toldOf(host)).toEqual([])
  })

  it('that waits for the end of the room, and fails then, takes nothing from how it ends', async () => {
    const fail = '() => { console.log("loud"); throw new Error("oops") }'
    const wait = `context.signal.addEventListener("abort", ${fail}); process.once("exit", ${fail}); process.exitCode = 9`
    const host = await hostWith({bad: withCommand('wait', `${wait}; await context.say("waits")`)})
    host.type('/wait')
    await host.event('message', ({text}) => text === 'waits')
    await expectToGoOn(host)
    expect(host.stdout).not.toContain('loud')
    expect(host.stderr).not.toMatch(/^ +at /m)
  })

  it('that reads standard input takes no line from the room', async () => {
    const read = `process.stdin.on("data", text => context.say("read " + text)); process.stdin.pause(); await context.say("reads")`
    const host = await hostWith({bad: withCommand('read', read)})
    host.type('/read')
    await host.event('message', ({text}) => text === 'reads')
    await expectToGoOn(host)
    expect(host.stdout).not.toContain('"read ')
  })

  it('keeps what it keeps from one room to the next', async () => {
    const home = newHome()
    const count = `const n = ((await context.storage.get('n')) ?? 0) + 1; await context.storage.set('n', n); await context.say('n' + n)`
    linkPlugins(home, [{name: 'counter', root: makePlugin('counter', withCommand('count', count))}])
    for (const expected of ['n1', 'n2']) {
      const {host} = await liveHost(['--json'], {home})
      host.type('/count')
      await host.event('message', ({text}) => text === expected)
      host.type('/quit')
      await host.exit
    }
  })

  it('of a damaged list is none, which is told, and the room goes on', async () => {
    const home = newHome()
    execFileSync('node', [
      '-e',
      `fs.mkdirSync(process.argv[1], {recursive: true}); fs.writeFileSync(process.argv[1] + '/package.json', '{')`,
      home,
    ])
    const {host} = await liveHost(['--json'], {home})
    await host.tells('no plug-in is loaded: ')
    await expectToGoOn(host)
  })
})
