import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {copyWithoutManifest} from '../helpers/mount-in-cli.js'
import {runChatctl, runScript, type Ended} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

type Run = (...argv: string[]) => Promise<Ended>

const kinds: [string, () => Run][] = [
  [
    'with the manifest',
    () =>
      (...argv) =>
        runChatctl(argv),
  ],
  [
    'without a manifest',
    () => {
      const run = join(copyWithoutManifest(temporaryDirectory()), 'bin/run.js')
      return (...argv) => runScript(run, argv)
    },
  ],
]

describe.each(kinds)('chatctl as a CLI of its own, %s', (_, start) => {
  it.each([[['-h']], [['--help']], [['help']], [[]]])('lists the short commands only, for %j', async argv => {
    const {exitCode, stdout, stderr} = await start()(...argv)
    expect(stdout).toMatch(/^ {2}\$ chatctl \[COMMAND]$/m)
    expect(listed(stdout)).toEqual(['help', 'host', 'join', 'send-file'])
    expect(stdout).not.toContain('chat:')
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })

  it.each([
    ['host', ['host', '-h']],
    ['host', ['host', '--help']],
    ['join', ['join', '-h']],
    ['join', ['join', '1.2.3.4', '-h']],
    ['join', ['join', '-h', '1.2.3.4', '--help']],
    ['join', ['help', 'join']],
    ['send-file', ['send-file', '-h']],
    ['send-file', ['send-file', '--to', '1.2.3.4', 'a.txt', '-h']],
    ['chat host', ['chat:host', '-h']],
    ['chat join', ['chat:join', '-h']],
  ])('shows the help of %s for %j', async (command, argv) => {
    const {exitCode, stdout, stderr} = await start()(...argv)
    expect(stdout).toMatch(new RegExp(String.raw`^  \$ chatctl ${command} `, 'm'))
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })

  it.each([
    [['join', '-h', '1.2.3.4', '5.6.7.8']],
    [['join', '5.6.7.8', '-h', '1.2.3.4', '--plain']],
    [['chat:join', '-h', '1.2.3.4', '5.6.7.8']],
  ])('takes what follows -h for the address in %j', async argv => {
    const {exitCode, stdout, stderr} = await start()(...argv)
    expect(stderr).toContain('the address is given as 5.6.7.8 and as 1.2.3.4')
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })
})

function listed(help: string): string[] {
  const [, commands = ''] = help.split('COMMANDS\n')
  return [...commands.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name)
}
