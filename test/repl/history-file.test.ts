import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
  chmodSync,
} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {HistoryFile} from '../../src/repl/history-file.js'
import {runShell} from '../../src/repl/run-shell.js'
import {bob, FakeConversation} from '../helpers/fake-conversation.js'
import {createIo} from '../helpers/shell-streams.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

/** A data directory, and the shells that keep their history there. */
function place() {
  const directory = temporaryDirectory()
  const problems: string[] = []
  return {
    directory,
    problems,
    path: join(directory, 'history'),
    open: () => new HistoryFile(directory, message => problems.push(message)),
  }
}

const hasModes = process.platform !== 'win32'

describe('the history file', () => {
  it('gives the next shell what was added, the oldest first', async () => {
    const {open, problems} = place()
    const history = open()
    for (const line of ['/who', '/file a b', '/who']) await history.add(line)
    expect(await open().load()).toEqual(['/who', '/file a b', '/who'])
    expect(problems).toEqual([])
  })

  it('is empty, and no problem, before anything was added', async () => {
    const {open, path, problems} = place()
    expect(await open().load()).toEqual([])
    expect(existsSync(path)).toBe(false)
    expect(problems).toEqual([])
  })

  it.runIf(hasModes)('is for this user alone, also when it was not before', async () => {
    const {open, path} = place()
    await open().add('/who')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    chmodSync(path, 0o644)
    await open().add('/who')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['talk', 'hello'],
    ['a line break', '/file a\nb'],
    ['a control character', '/file \u001b[2J'],
    ['more than a line has', `/file ${'x'.repeat(4096)}`],
  ])('takes nothing that is %s', async (_what, line) => {
    const {open} = place()
    const history = open()
    await history.add(line)
    await history.add('/who')
    expect(await open().load()).toEqual(['/who'])
  })

  it('keeps the newest lines, and no more than so many bytes', async () => {
    const {open, path} = place()
    const lines = Array.from({length: 400}, (_, number) => `/file ${number} ${'x'.repeat(1000)}`)
    const history = open()
    for (const line of lines) await history.add(line)
    const kept = await open().load()
    expect(kept).toEqual(lines.slice(-kept.length))
    expect(kept.length).toBeGreaterThan(100)
    expect(statSync(path).size + statSync(`${path}.old`).size).toBeLessThanOrEqual(2 * (128 * 1024 + 4098))
  })

  it('takes what several shells add at once, and loses none of it when it becomes the older one', async () => {
    const {open, problems} = place()
    const shells = [open(), open(), open(), open()]
    const lines = Array.from({length: 40}, (_, round) =>
      shells.map((_, shell) => `/file ${round}.${shell} `.padEnd(1000, 'x')),
    )
    for (const round of lines) await Promise.all(shells.map((shell, index) => shell.add(round[index]!)))
    expect(new Set(await open().load())).toEqual(new Set(lines.flat()))
    expect(problems).toEqual([])
  })

  it('is read as far as it is whole, and its damage told once', async () => {
    const {open, path, problems} = place()
    await open().add('/who')
    appendFileSync(path, Buffer.from('/file \u0000\n\xff\xfe garbage\n', 'latin1'))
    const history = open()
    await history.add('/offers')
    expect(await history.load()).toEqual(['/who', '/offers'])
    await history.load()
    expect(problems).toEqual([`the history in ${path} cannot be used: some of it is damaged, and left out`])
  })

  it('begins a new line behind one that was cut', async () => {
    const {open, path} = place()
    await open().add('/file notes')
    truncateSync(path, '\n/file'.length)
    await open().add('/who')
    expect(await open().load()).toEqual(['/file', '/who'])
  })

  it('writes through no link', async () => {
    const {open, path, directory, problems} = place()
    const elsewhere = join(directory, 'elsewhere')
    writeFileSync(elsewhere, 'mine\n')
    symlinkSync(elsewhere, path)
    const history = open()
    await history.add('/who')
    expect(await history.load()).toEqual([])
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine\n')
    expect(problems).toHaveLength(1)
  })
})

/** A shell at a terminal that keeps its history in a directory. */
function shellIn(dataDirectory: string) {
  const conversation = new FakeConversation()
  const io = createIo('terminal', {dataDirectory, redact: text => text.replaceAll('legal-zoo-abandon', '***')})
  const exit = runShell(conversation, io)
  onTestFinished(async () => {
    await conversation.leave()
    await exit
  })
  return {conversation, io, enter: (line: string) => void io.stdin.write(`${line}\r`)}
}

const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [])

describe('a shell', () => {
  it('keeps commands, and never what people said, nor a code', async () => {
    const {directory, path} = place()
    const shell = shellIn(directory)
    shell.conversation.hear(bob, 'hi')
    const said = ['hello', '/msg bob psst', '/dm bob psst', '/MSG bob psst']
    const more = ['/me waves', '/reply psst', '/r psst', '/away at lunch', '//slashed', '/mgs bob psst', '/edit']
    const secret = ['/cd legal-zoo-abandon', '/paste', '/who in a block', '.']
    for (const line of ['/who', ...said, ...more, ...secret, '/pwd']) shell.enter(line)
    await until(() => linesOf(path).includes('/pwd'))
    expect(linesOf(path)).toEqual(['/who', '/paste', '/pwd'])
    expect(shell.conversation.said).toContainEqual({text: '/who in a block', kind: 'say'})
  })

  it('has what an earlier one kept, by the Up key', async () => {
    const {directory, open} = place()
    await open().add('/whois bob')
    const shell = shellIn(directory)
    await until(() => {
      shell.io.stdin.write('\u001b[A')
      return shell.io.stdout.text.includes('/whois bob')
    })
  })

  it('says once that its history cannot be used, and goes on', async () => {
    const {directory, path} = place()
    mkdirSync(path)
    const shell = shellIn(directory)
    shell.enter('/who')
    shell.enter('/pwd')
    shell.enter('hello')
    await until(() => shell.conversation.said.length > 0)
    await shell.io.stdout.until('hello')
    expect(shell.io.stdout.text.split('cannot be used')).toHaveLength(2)
  })
})
