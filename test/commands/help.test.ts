import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {copyWithoutManifest} from '../helpers/mount-in-cli.js'
import {runChatctl, runScript, type Ended} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

describe('chatctl as a CLI of its own', () => {
  it.each([[['-h']], [['--help']], [['help']], [[]]])('lists the short commands only, for %j', async argv => {
    expectRootHelp(await runChatctl(argv))
  })

  it.each([
    ['host', ['host', '-h']],
    ['host', ['host', '--help']],
    ['join', ['join', '-h']],
    ['join', ['join', '1.2.3.4', '-h']],
    ['join', ['join', '-h', '1.2.3.4', '--help']],
    ['join', ['help', 'join']],
    ['send-file', ['send-file', '-h']],
    ['receive', ['receive', '-h']],
    ['recv', ['recv', '--help']],
    ['rx', ['rx', '-h']],
    ['say', ['say', '-h']],
    ['send-file', ['send-file', '--to', '1.2.3.4', 'a.txt', '-h']],
    ['chat host', ['chat:host', '-h']],
    ['chat join', ['chat:join', '-h']],
  ])('shows the help of %s for %j', async (command, argv) => {
    expectHelpOf(command, await runChatctl(argv))
  })

  it.each([
    [['join', '-h', '1.2.3.4', '5.6.7.8']],
    [['join', '5.6.7.8', '-h', '1.2.3.4', '--plain']],
    [['chat:join', '-h', '1.2.3.4', '5.6.7.8']],
  ])('takes what follows -h for the address in %j', async argv => {
    expectAddressTaken(await runChatctl(argv))
  })

  it('does all of this without a manifest too', async () => {
    const binary = join(copyWithoutManifest(temporaryDirectory()), 'bin/run.js')
    expectRootHelp(await runScript(binary, ['-h']))
    expectHelpOf('join', await runScript(binary, ['join', '-h']))
    expectHelpOf('send-file', await runScript(binary, ['send-file', '-h']))
    expectAddressTaken(await runScript(binary, ['join', '-h', '1.2.3.4', '5.6.7.8']))
  })
})

function expectRootHelp({exitCode, stdout, stderr}: Ended): void {
  expect(stdout).toMatch(/^ {2}\$ chatctl \[COMMAND]$/m)
  const [, commands = ''] = stdout.split('COMMANDS\n')
  expect([...commands.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name)).toEqual([
    ...['completion', 'doctor', 'help', 'host', 'id', 'join', 'peers', 'plugins', 'receive', 'say', 'send-file'],
  ])
  expect(stdout).not.toMatch(/TOPICS|chat:/)
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
}

function expectHelpOf(command: string, {exitCode, stdout, stderr}: Ended): void {
  expect(stdout).toMatch(new RegExp(String.raw`^  \$ chatctl ${command} `, 'm'))
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
}

/** Nothing needs to be dialled to see it: there is another address, and the two differ. */
function expectAddressTaken({exitCode, stdout, stderr}: Ended): void {
  expect(stderr).toContain('the address is given as 5.6.7.8 and as 1.2.3.4')
  expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
}
