import {describe, expect, it} from 'vitest'
import {mountInCli, type OtherCli} from '../helpers/mount-in-cli.js'
import type {Ended} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const mount = (options: OtherCli) => mountInCli(temporaryDirectory(), options)

describe.each([
  ['with the manifest', true],
  ['without a manifest', false],
])('chatctl mounted in another CLI, %s', (_, hasManifest) => {
  it('adds one topic and nothing else', async () => {
    const {stdout, exitCode} = await mount({hasManifest})('--help')
    expect(stdout).toMatch(/^TOPICS\n {2}chat /m)
    expect(stdout).toMatch(/^COMMANDS\n {2}grep .*\n*$/m)
    expect(exitCode).toBe(0)
  })

  it('lists its commands under the topic', async () => {
    const {stdout, exitCode} = await mount({hasManifest})('chat')
    expect(stdout).toMatch(/COMMANDS\n {2}chat host .*\n {2}chat join .*\n {2}chat send-file .*\n/)
    expect(exitCode).toBe(0)
  })

  it.each([
    ['chat host', ['chat', 'host', '--help']],
    ['chat host', ['chat:host', '--help']],
    ['chat host', ['chat', 'host', '-h']],
    ['chat join', ['chat', 'join', '-h']],
    ['chat join', ['chat', 'join', '-h', '1.2.3.4', '--help']],
    ['chat send-file', ['chat', 'send-file', '-h']],
  ])('shows the help of %s for %j', async (command, argv) => {
    const {exitCode, stdout, stderr} = await mount({hasManifest})(...argv)
    expect(stdout).toMatch(new RegExp(String.raw`^  \$ mycli ${command} `, 'm'))
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })

  it.each(['host', 'join', 'send-file', 'help'])('has no command %s at the top', async name => {
    const {exitCode, stderr} = await mount({hasManifest})(name)
    expect(stderr).toContain(`command ${name} not found`)
    expect(exitCode).toBe(2)
  })

  it.each([
    ['with -h for help', {additionalHelpFlags: ['-h']}],
    ['with nothing beside --help', {}],
  ])('takes what follows -h of join for the address, in a CLI %s', async (_, flags) => {
    const {exitCode, stdout, stderr} = await mount({hasManifest, ...flags})('chat', 'join', '-h', '1.2.3.4', '5.6.7.8')
    expect(stderr).toContain('the address is given as 5.6.7.8 and as 1.2.3.4')
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })

  it.each([[['-h']], [[]]])("leaves -h of the CLI's own command as it is where %j is for help", async helpFlags => {
    for (const argv of [['grep', '-h', 'X'], ['grep', '-h'], ['-h'], ['grep', '--help']]) {
      const alone = await mount({hasManifest, additionalHelpFlags: helpFlags, plugins: []})(...argv)
      const withChatctl = await mount({hasManifest, additionalHelpFlags: helpFlags})(...argv)
      expect(withoutTopics(withChatctl)).toEqual(alone)
    }
  })

  it('works with colons between the words too', async () => {
    const mycli = mount({hasManifest, topicSeparator: ':', additionalHelpFlags: ['-h']})
    expect((await mycli('chat:send-file', '--help')).stdout).toContain('$ mycli chat:send-file ')
    expect((await mycli('chat:join', '-h', '1.2.3.4', '5.6.7.8')).exitCode).toBe(2)
    expect((await mycli('host')).exitCode).toBe(2)
  })
})

function withoutTopics({stdout, ...rest}: Ended): Ended {
  return {...rest, stdout: stdout.replace(/TOPICS\n {2}chat .*\n\n/, '')}
}

describe('a wrong command line, mounted', () => {
  it('is told as by chatctl itself, with exit code 2', async () => {
    const {exitCode, stdout, stderr} = await mount({hasManifest: true})('chat', 'host', '--bogus')
    expect(stderr).toBe('Error: nonexistent flag: --bogus\n  `mycli chat host --help` says what it takes.\n')
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })
})
