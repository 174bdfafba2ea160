import {execFile, spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join as joinPath} from 'node:path'
import {promisify} from 'node:util'
import {checkPackage, createPackageFromTarballData} from '@arethetypeswrong/core'
import {publint} from 'publint'
import ts from 'typescript'
import {describe, expect, it, onTestFinished} from 'vitest'
import type {Conversation, RoomEvent} from '../src/conversation.js'
import {host, join} from '../src/index.js'
import {newHome} from './helpers/device.js'
import {exitOf, packageRoot, runScript} from './helpers/run-chatctl.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {shared} from './helpers/when-over.js'

const execute = promisify(execFile)
const npm = (args: readonly string[], cwd: string) =>
  execute('npm', [...args, '--ignore-scripts'], {cwd, shell: process.platform === 'win32'})

/** What a newcomer has: an empty folder, where the packed package was installed; all tests share it. */
const newcomer = shared(async () => {
  const folder = temporaryDirectory()
  const {stdout} = await npm(['pack', '--json', '--pack-destination', folder], packageRoot)
  const [{filename}] = JSON.parse(stdout) as [{filename: string}]
  writeFileSync(joinPath(folder, 'package.json'), JSON.stringify({name: 'newcomer', type: 'module', private: true}))
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`], folder)
  return {folder, tarball: joinPath(folder, filename)}
})

describe('the package, installed in an empty folder', () => {
  it('runs by its name', async () => {
    const {folder} = newcomer()
    const {stdout} = await execute('npx', ['--no', '--', 'chatctl', '--version'], {cwd: folder})
    expect(stdout).toMatch(/^chatctl\/\d/)
  })

  it('brings no package that it does not need', () => {
    const lock = JSON.parse(readFileSync(joinPath(newcomer().folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>
    }
    const brought = Object.keys(lock.packages)
    expect(brought.some(path => /node_modules\/(typescript|vitest|publint|@arethetypeswrong)/.test(path))).toBe(false)
  })

  it('has types that every way to import it finds (attw), but from CommonJS, which it is not for', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(newcomer().tarball)))
    if (!analysis.types) throw new Error('no types were found')
    const forEsm = analysis.problems.filter(
      problem => !('resolutionKind' in problem && /^node10$|-cjs$/.test(problem.resolutionKind)),
    )
    expect(forEsm).toEqual([])
  })

  it('is what package managers and bundlers expect (publint)', async () => {
    const pkgDir = joinPath(newcomer().folder, 'node_modules/chatctl')
    const {messages} = await publint({pkgDir, strict: true, pack: false})
    expect(messages).toEqual([])
  })
})

describe("a consumer's project", () => {
  it.each([
    ['node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('compiles strictly with moduleResolution %s', (_, module, moduleResolution) => {
    expect(diagnosticsOf(consumer, {module, moduleResolution})).toEqual([])
  })

  it('is told where it uses the library wrongly', () => {
    const wrong = `import {host, join, type RoomEvent} from 'chatctl'
const room = await host({home: 'data', prot: 5000})
await join({home: 'data'})
room.say(5)
const textOf = (event: RoomEvent) => event.text
`
    const modules = {module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16}
    expect(diagnosticsOf(wrong, modules).map(message => message.split(':')[0])).toEqual(['2', '3', '4', '5'])
  })
})

describe('a plug-in in TypeScript, in a project that has chatctl for its types', () => {
  const page = readFileSync(joinPath(packageRoot, 'docs/plugins.md'), 'utf8')
  const [, plugin = ''] = /```ts\n([^]*?)```/.exec(page) ?? []
  const kinds: [string, ts.CompilerOptions][] = [
    ['node16', {module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16}],
    ['bundler', {module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler}],
  ]

  it.each(kinds)('compiles as the documentation has it, with moduleResolution %s', (_, modules) => {
    expect(plugin).toContain('chatctl.command({')
    expect(diagnosticsOf(plugin, modules)).toEqual([])
  })

  const slips = [
    ['apiVersion: 1', 'apiVersion: 2'],
    ['  commands:', '  comands:'],
    ["name: 'roll'", "nmae: 'roll'"],
    ["summary: 'rolls a die'", "summary: ['rolls a die']"],
    ['default: 6', "default: 'six'"],
    ['min: 2', 'mni: 2'],
    ['args.sides', 'args.size'],
    ['say(', 'shout('],
    ["'me'", "'moo'"],
  ] as const

  it.each(kinds)('is told of each slip on the line that it is in, with moduleResolution %s', (_, modules) => {
    const lines = plugin.split('\n')
    const wrong = slips.map(([right, slip]) => plugin.replace(right, slip))
    const told = diagnosticsOfEach(wrong, modules).map(([first = ''], index) => [slips[index], Number.parseInt(first)])
    expect(told).toEqual(slips.map(slip => [slip, lines.findIndex(line => line.includes(slip[0])) + 1]))
  })

  it('may define its commands by what chatctl exports, where that is installed beside it', () => {
    const own = `import {defineSlashCommand, parameters, type PluginContribution} from 'chatctl'
const greet = defineSlashCommand({
  name: 'greet',
  summary: 'greets someone',
  args: {nick: parameters.member({required: true})},
  run: ({tell}, {args}) => tell(args.nick, 'hello'),
})
export default (): Promise<PluginContribution> => Promise.resolve({apiVersion: 1, commands: [greet]})
`
    for (const [, modules] of kinds) expect(diagnosticsOf(own, modules)).toEqual([])
    expect(diagnosticsOf(own.replace('args.nick', 'args.nik'), kinds[0]![1])).toEqual([expect.stringMatching(/^6: /)])
  })
})

const consumer = `import {ChatctlError, host, join, receive, say, sendFile} from 'chatctl'
import type {Conversation, ErrorCode, HostOptions, HostedRoom, RoomEvent, SentFile} from 'chatctl'
import {Readable, Writable} from 'node:stream'

const {signal} = new AbortController()
const options: HostOptions = {home: 'data', port: 0, accept: 'all', signal}
const room: HostedRoom = await host(options)
const member: Conversation = await join({home: 'data', host: '127.0.0.1', port: room.port, code: room.code ?? '', signal})
for await (const event of member.events({signal})) print(event)
await member.say('hello', 'me', {signal})
const {delivered} = await member.sendFile({stream: Readable.from(['text']), name: 'a.txt'}, {to: room.host, signal})
const digest: string | undefined = (await delivered).sha256
const {files} = await sendFile({home: 'data', host: '127.0.0.1', paths: ['a.txt'], onEvent: print, signal})
const statuses: SentFile['status'][] = files.map(({status}) => status)
const {messages} = await say({home: 'data', host: '127.0.0.1', messages: ['one'], signal})
const reception = await receive({home: 'data', out: new Writable(), signal})
const {reason, error} = await reception.ended
export const seen: [string | undefined, string[], number, string, ErrorCode | undefined] = [
  digest, statuses, messages, reason, error?.code,
]

function print(event: RoomEvent): void {
  if (event.event === 'message') console.log(event.from.nick, event.text)
  else if (event.event === 'failed') console.log(event.code)
}

export function exitCodeOf(error: unknown): number {
  return error instanceof ChatctlError ? error.exitCode : 1
}
`

function diagnosticsOf(text: string, modules: ts.CompilerOptions): string[] {
  return diagnosticsOfEach([text], modules)[0]!
}

/** Compiles files of the newcomer's, libraries included, and returns what the compiler says of the lines of each. */
function diagnosticsOfEach(texts: readonly string[], modules: ts.CompilerOptions): string[][] {
  const paths = texts.map((_, index) => joinPath(newcomer().folder, `consumer-${index}.ts`))
  paths.forEach((path, index) => writeFileSync(path, texts[index]!))
  const program = ts.createProgram(paths, {
    ...{strict: true, noEmit: true, exactOptionalPropertyTypes: true, skipLibCheck: false},
    ...{target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts'], types: ['node'], ...modules},
    typeRoots: [joinPath(packageRoot, 'node_modules/@types')],
  })
  const told = ts.getPreEmitDiagnostics(program).map(({file, start = 0, messageText}) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
    return {path: file?.fileName, message: `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`}
  })
  const strange = told.filter(({path = ''}) => !paths.includes(path)).map(({path, message}) => `${path} ${message}`)
  return paths.map(path => [...told.filter(one => one.path === path).map(({message}) => message), ...strange])
}

describe('the examples of docs/api.md', () => {
  const page = readFileSync(joinPath(packageRoot, 'docs/api.md'), 'utf8')
  const examples = Array.from(page.matchAll(/^## (\S.*)$[^]*?^Example:\n\n```js\n([^]*?)```$/gm), ([, of, code]) => [
    of,
    code,
  ])

  it('are one for each function and class', () => {
    const titles = Array.from(page.matchAll(/^## (?!Constants|Types)(.*)$/gm), ([, title]) => title)
    expect(examples.map(([of]) => of)).toEqual(titles)
  })

  it.each(examples)('run as they are printed: %s', async (_, example = '') => {
    const directory = joinPath(newcomer().folder, createHash('sha256').update(example).digest('hex').slice(0, 8))
    mkdirSync(directory)
    writeFileSync(joinPath(directory, 'report.pdf'), 'the report')
    writeFileSync(joinPath(directory, 'example.js'), around(example))
    const ended = await runScript(joinPath(directory, 'example.js'), [], {cwd: directory})
    expect(ended).toMatchObject({exitCode: 0, stderr: ''})
  })
})

/** An example, with the room that it is about. */
function around(example: string): string {
  return `import {ChatctlError, defineSlashCommand, host, join, parameters, receive, say, sendFile} from 'chatctl'
const theirs = await host({home: 'their-data', port: 0, bind: '127.0.0.1', nick: 'eve', accept: 'all'})
const {port, code} = theirs
{
${example}
}
await theirs.leave()
`
}

describe('the examples', () => {
  async function openRoom() {
    const out = temporaryDirectory()
    const intake = {accept: 'all', onConflict: 'overwrite', prefix: '', out} as const
    const room = await host({home: newHome(), port: 0, bind: '127.0.0.1', nick: 'bob', ...intake})
    onTestFinished(() => room.leave())
    return {room, out}
  }

  /** Runs an example where the newcomer has put it, until it has told what a test waits for. */
  function start(name: string, argv: readonly string[], code: string | undefined) {
    const cwd = joinPath(newcomer().folder, 'examples')
    cpSync(joinPath(packageRoot, 'examples'), cwd, {recursive: true})
    // As \`npm init\` and \`npm install\` leave it: nothing says that what is there is ESM.
    writeFileSync(joinPath(cwd, 'package.json'), JSON.stringify({private: true}))
    const env = {PATH: process.env['PATH'], CHATCTL_CODE: code ?? '', CHATCTL_HOME: joinPath(cwd, 'home')}
    const child = spawn(process.execPath, [name, ...argv], {cwd, env, stdio: ['pipe', 'ignore', 'inherit']})
    const exit = exitOf(child)
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await exit
    })
    return {child, exit}
  }

  function next<Name extends RoomEvent['event']>(one: Conversation, name: Name, fits: (event: RoomEvent) => boolean) {
    return new Promise<RoomEvent & {event: Name}>(resolve => {
      one.subscribe(event => event.event === name && fits(event) && resolve(event as RoomEvent & {event: Name}))
    })
  }

  const says = (text: string) => (event: RoomEvent) => event.event === 'message' && event.text === text

  it('have a bot that greets, and answers what it is asked, until it is told to go', async () => {
    const {room} = await openRoom()
    const {code = '', port} = room
    const comes = next(room, 'joined', () => true)
    const bot = start('bot.mjs', ['127.0.0.1', String(port)], code)
    await comes
    const greeted = next(room, 'message', says('hello, ana'))
    const ana = await join({home: newHome(), host: '127.0.0.1', port, code, nick: 'ana'})
    onTestFinished(() => ana.leave())
    await greeted
    const answered = next(room, 'message', says('bot, bob, ana'))
    await ana.say('!who')
    await answered
    const told = next(ana, 'message', event => event.event === 'message' && event.kind === 'private' && !event.self)
    await ana.tell('bot', '!help')
    expect(await told).toMatchObject({text: 'I know !help, !dice, !who', from: {nick: 'bot'}})
    bot.child.kill('SIGTERM')
    expect(await bot.exit).toBe(0)
  })

  it('have a bot that ends as the commands do where it is not let in', async () => {
    const {room} = await openRoom()
    const bot = start('bot.mjs', ['127.0.0.1', String(room.port)], 'zoo-zoo-zoo')
    expect(await bot.exit).toBe(4)
  })

  it('have a plug-in that rolls dice, and asks the room and counts what is answered', async () => {
    const {room} = await openRoom()
    const {code = '', port} = room
    const chatctl = (...argv: string[]) => start('../node_modules/chatctl/bin/run.js', argv, code)
    expect(await chatctl('plugins', 'add', './plugin').exit).toBe(0)
    const comes = next(room, 'joined', () => true)
    const ana = chatctl('join', '--json', '-h', '127.0.0.1', '-p', String(port), '--nick', 'ana')
    await comes
    const rolled = next(room, 'message', event => event.event === 'message' && event.kind === 'me')
    ana.child.stdin.write('/roll 2d6\n')
    expect((await rolled).text).toMatch(/^rolls 2d6: [1-6] \+ [1-6] = \d+$/)
    const asked = next(room, 'message', says('poll: What shall we drink? Say tea or coffee.'))
    ana.child.stdin.write('/poll -a tea -a coffee What shall we drink?\n')
    await asked
    const counted = next(room, 'message', says('poll: tea 1, coffee 0'))
    await room.say('I have to think')
    await room.say('Tea')
    await counted
    ana.child.stdin.end()
    expect(await ana.exit).toBe(0)
  })

  it('have a script that mirrors a folder: what is there, what comes, and what changes', async () => {
    const {room, out} = await openRoom()
    const folder = temporaryDirectory()
    const put = (name: string, content: string) => writeFileSync(joinPath(folder, name), content)
    const arrived = (name: string, content: string) =>
      next(
        room,
        'received',
        () => existsSync(joinPath(out, name)) && readFileSync(joinPath(out, name), 'utf8') === content,
      )
    put('first.txt', 'one')
    const first = arrived('first.txt', 'one')
    const mirror = start('mirror-folder.mjs', [folder, '127.0.0.1', String(room.port)], room.code)
    await first
    const second = arrived('second.txt', 'two')
    put('second.txt', 'two')
    await second
    const changed = arrived('first.txt', 'one, and more')
    put('first.txt', 'one, and more')
    await changed
    await room.leave()
    expect(await mirror.exit).toBe(0)
  })
})
