import {execFile, execFileSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {spawn} from '@lydell/node-pty'
import {describe, expect, it} from 'vitest'
import {mountInCli} from '../helpers/mount-in-cli.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared, whenOver} from '../helpers/when-over.js'

const execute = promisify(execFile)
const commands = [
  'completion',
  'doctor',
  'help',
  'host',
  'id',
  'join',
  'peers',
  'plugins',
  'receive',
  'say',
  'send-file',
]

/** What is typed, of which the last word is to be completed, and what it may become. */
const cases: [string, string[]][] = [
  ['chatctl do', ['doctor']],
  ['chatctl peers f', ['forget']],
  ['chatctl peers r', ['rename']],
  ['chatctl completion z', ['zsh']],
  ['chatctl send-file --to 192.168.1.5 --compr', ['--compress']],
  ['chatctl send-file --no-r', ['--no-resume']],
  ['chatctl host --accept k', ['known']],
  ['chatctl receive --on-conflict over', ['overwrite']],
  ['chatctl send-file --to 192.168.1.5 rep', ['report of May.txt']],
  ['chatctl join --code-file rep', ['report of May.txt']],
  ['chatctl host --out in', ['inbox']],
  ['chatctl rx --on-con', ['--on-conflict']],
  ['chatctl recv --accept k', ['known']],
]

/** A folder to complete paths in, with the script for a shell. */
async function folderWith(shell: string): Promise<string> {
  const {exitCode, stdout, stderr} = await runChatctl(['completion', shell])
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  const folder = temporaryDirectory()
  writeFileSync(join(folder, 'script'), stdout)
  writeFileSync(join(folder, 'report of May.txt'), '')
  writeFileSync(join(folder, 'infantry.txt'), '')
  mkdirSync(join(folder, 'inbox'))
  return folder
}

function hasShell(name: string): boolean {
  try {
    execFileSync(name, ['-c', 'true'])
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasShell('bash'))('completion bash', () => {
  const folder = shared(() => folderWith('bash'))

  /** What bash proposes when Tab is pressed behind these words. */
  async function proposedFor(words: readonly string[], cwd = folder()): Promise<string[]> {
    const [program = ''] = words
    const script = `source ./script
complete -p ${program} | grep -q -- '-F _${program}' || exit 1
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_${program}
printf '%s\\n' "\${COMPREPLY[@]}"`
    const {stdout} = await execute('bash', ['--norc', '-c', script, 'bash', ...words], {cwd})
    return stdout.split('\n').filter(line => line !== '')
  }

  it.each(cases)('completes %j', async (typed, proposed) => {
    expect(await proposedFor(typed.split(' '))).toEqual(proposed)
  })

  it('proposes every command, every flag of one, and every value of a flag', async () => {
    expect(await proposedFor(['chatctl', ''])).toEqual(commands)
    expect(await proposedFor(['chatctl', 'peers', ''])).toEqual(['add', 'forget', 'rename'])
    expect(await proposedFor(['chatctl', 'say', '-'])).toEqual(expect.arrayContaining(['--to', '-p', '--help']))
    expect(await proposedFor(['chatctl', 'host', '--accept', ''])).toEqual(['all', 'known', 'ask', 'none'])
  })

  it('completes a value behind a sign, which bash makes a word of its own', async () => {
    expect(await proposedFor(['chatctl', 'host', '--accept', '=', 'k'])).toEqual(['known'])
    expect(await proposedFor(['chatctl', 'host', '--accept', '='])).toEqual(['all', 'known', 'ask', 'none'])
  })

  it('proposes nothing where only a person knows', async () => {
    expect(await proposedFor(['chatctl', 'host', '--nick', ''])).toEqual([])
    expect(await proposedFor(['chatctl', 'say', '--to', '1.2.3.4', ''])).toEqual([])
    expect(await proposedFor(['chatctl', 'nothing', ''])).toEqual([])
  })

  it('completes the commands of another CLI that it is mounted in', async () => {
    const cwd = temporaryDirectory()
    const {stdout} = await mountInCli(cwd, {})('chat', 'completion', 'bash')
    expect(stdout).toContain('#   mycli chat completion bash >>~/.bashrc\n')
    writeFileSync(join(cwd, 'script'), stdout)
    expect(await proposedFor(['mycli', ''], cwd)).toEqual(['chat', 'grep'])
    expect(await proposedFor(['mycli', 'chat', 'se'], cwd)).toEqual(['send-file'])
    expect(await proposedFor(['mycli', 'chat', 'host', '--acc'], cwd)).toEqual(['--accept'])
    expect(await proposedFor(['mycli', 'chat', 'rx', '--acc'], cwd)).toEqual(['--accept'])
    expect(await proposedFor(['mycli', 'grep', '--h'], cwd)).toEqual(['--hide', '--help'])
  })
})

describe.skipIf(!hasShell('fish'))('completion fish', () => {
  const folder = shared(() => folderWith('fish'))

  async function proposedFor(typed: string): Promise<string[]> {
    const env = {...process.env, HOME: folder(), typed}
    const {stdout} = await execute('fish', ['-N', '-c', 'source ./script; complete -C "$typed"'], {cwd: folder(), env})
    return stdout.split('\n').flatMap(line => (line === '' ? [] : [line.split('\t')[0]!]))
  }

  it.each(cases)('completes %j', async (typed, proposed) => {
    expect((await proposedFor(typed)).map(text => text.replace(/\/$/, ''))).toEqual(proposed)
  })

  it('proposes every command', async () => {
    expect(await proposedFor('chatctl ')).toEqual(commands)
  })
})

describe.skipIf(!hasShell('zsh'))('completion zsh', () => {
  const folder = shared(() => folderWith('zsh'))
  const zsh = shared(() => startZsh(folder()))

  it.each(cases)('completes %j', async (typed, [proposed = '']) => {
    const completed = await zsh()(typed)
    const [last = ''] = /\S+$/.exec(typed) ?? []
    expect(completed.replaceAll('\\', '')).toMatch(typed.slice(0, -last.length) + proposed)
  })
})

/** Starts zsh on a terminal with completion on; returns what becomes of a line when Tab is pressed behind it. */
async function startZsh(folder: string): Promise<(typed: string) => Promise<string>> {
  const env = {PATH: process.env['PATH'] ?? '', TERM: 'dumb', HOME: folder, ZDOTDIR: folder}
  const child = spawn('zsh', ['-f', '-i'], {cwd: folder, cols: 200, env})
  let [output, look] = ['', (): void => undefined]
  child.onData(text => {
    output += text
    look()
  })
  const exited = new Promise<void>(resolve => void child.onExit(() => resolve()))
  whenOver(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const sees = (pattern: RegExp): Promise<string> =>
    new Promise(resolve => {
      look = () => {
        const [, found] = pattern.exec(output) ?? []
        if (found === undefined) return
        output = ''
        resolve(found)
      }
      look()
    })
  writeFileSync(
    join(folder, 'start'),
    `autoload -Uz compinit; compinit -D -u; source ./script; PS1=; unsetopt zle_bracketed_paste auto_menu list_beep
tell() { local line=$BUFFER; BUFFER=; zle -I; print -r -- "<<$line>>" }
zle -N tell; bindkey '^X' tell; print 'read''y'
`,
  )
  child.write('source ./start\r')
  await sees(/(ready)/)
  return typed => {
    child.write(`${typed}\t\u0018`)
    return sees(/<<(.*)>>/)
  }
}

describe('completion', () => {
  it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('exits 2 for %j', async argv => {
    const {exitCode, stdout, stderr} = await runChatctl(['completion', ...argv])
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })
})
