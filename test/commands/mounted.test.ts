import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, liveHost} from '../helpers/live-chatctl.js'
import {linkPlugins, makePlugin} from '../helpers/make-plugin.js'
import {mountInCli, type OtherCli} from '../helpers/mount-in-cli.js'
import {packageRoot, runChatctl, type Ended} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'

const mount = (options: OtherCli = {}) => mountInCli(temporaryDirectory(), options)

describe('chatctl mounted in another CLI', () => {
  const room = shared(() => liveHost(['--accept', 'all']))

  it('adds one topic and nothing else', async () => {
    expectRootHelp(await mount()('--help'))
  })

  it('lists its commands under the topic', async () => {
    const {stdout, exitCode} = await mount()('chat')
    expect(stdout).toMatch(/COMMANDS\n {2}chat completion /)
    const listed = Array.from(stdout.matchAll(/^ {2}chat (\S+) {2,}/gm), ([, name]) => name)
    expect(listed).toEqual([
      'completion',
      'doctor',
      'host',
      'id',
      'join',
      'peers',
      'plugins',
      'receive',
      'say',
      'send-file',
    ])
    expect(exitCode).toBe(0)
  })

  it.each([
    ['chat host', ['chat', 'host', '--help']],
    ['chat host', ['chat:host', '--help']],
    ['chat host', ['chat', 'host', '-h']],
    ['chat join', ['chat', 'join', '-h']],
    ['chat join', ['chat', 'join', '-h', '1.2.3.4', '--help']],
    ['chat send-file', ['chat', 'send-file', '-h']],
    ['chat rx', ['chat', 'rx', '-h']],
  ])('shows the help of %s for %j', async (command, argv) => {
    expectHelpOf(command, await mount()(...argv))
  })

  it.each(['host', 'join', 'send-file', 'receive', 'rx', 'say', 'help'])('has no command %s at the top', async name => {
    expectNotFound(name, await mount()(name))
  })

  it.each([
    ['with -h for help', {additionalHelpFlags: ['-h']}],
    ['with nothing beside --help', {}],
  ])('takes what follows -h of join for the address, in a CLI %s', async (_, flags) => {
    expectAddressTaken(await mount(flags)('chat', 'join', '-h', '1.2.3.4', '5.6.7.8'))
  })

  it.each([[['-h']], [[]]])("leaves -h of the CLI's own command as it is where %j is for help", async helpFlags => {
    const alone = mount({additionalHelpFlags: helpFlags, plugins: []})
    const withChatctl = mount({additionalHelpFlags: helpFlags})
    for (const argv of [['grep', '-h', 'X'], ['grep', '-h'], ['-h']]) {
      expect(withoutTopics(await withChatctl(...argv))).toEqual(await alone(...argv))
    }
  })

  it('works with colons between the words too', async () => {
    const mycli = mount({topicSeparator: ':', additionalHelpFlags: ['-h']})
    expectHelpOf('chat:send-file', await mycli('chat:send-file', '--help'))
    expectAddressTaken(await mycli('chat:join', '-h', '1.2.3.4', '5.6.7.8'))
    expectNotFound('host', await mycli('host'))
  })

  it('does all of this without a manifest too', async () => {
    const mycli = mount({hasManifest: false, additionalHelpFlags: ['-h']})
    expectRootHelp(await mycli('--help'))
    expectHelpOf('chat join', await mycli('chat', 'join', '-h'))
    expectAddressTaken(await mycli('chat', 'join', '-h', '1.2.3.4', '5.6.7.8'))
    expectNotFound('host', await mycli('host'))
  })

  it.each([
    [2, ['say', 'hello']],
    [2, ['send-file', '--to', '127.0.0.1:1', 'missing.txt']],
    [3, ['join', '127.0.0.1:1']],
    [3, ['host', '-p', 'PORT']],
    [3, ['receive', '-p', 'PORT']],
    [4, ['say', '--to', '127.0.0.1:PORT', 'hello']],
    [0, ['doctor', '-p', 'PORT', '--json', '-q']],
    [0, ['peers', '--json']],
    [0, ['id']],
  ])('ends as chatctl alone does, with exit code %i, for %j', async (exitCode, argv) => {
    const typed = argv.map(word => word.replace('PORT', room().port))
    const env = {CHATCTL_HOME: newHome()}
    const [alone, mounted] = [await runChatctl(typed, {env}), await mount({env})('chat', ...typed)]
    expect({mounted: mounted.exitCode, alone: alone.exitCode}).toEqual({mounted: exitCode, alone: exitCode})
    expect(withoutFigures(mounted.stdout)).toBe(withoutFigures(alone.stdout))
    expect(mounted.stderr).toBe(alone.stderr.replaceAll('`chatctl ', '`mycli chat '))
  })

  it('names the commands in what it proposes as they are typed there', async () => {
    const mycli = mount({env: {CHATCTL_HOME: newHome()}})
    const {stderr} = await mycli('chat', 'join', '127.0.0.1:1')
    expect(stderr).toContain('Is `mycli chat host` running there')
    expect(stderr).toContain('try `mycli chat doctor`')
    const {stdout} = await mycli('chat', 'say', '--to', '127.0.0.1:1', '--json', 'hello')
    const {error} = JSON.parse(stdout) as {error: {suggestions: string[]}}
    expect(error.suggestions[0]).toContain('try `mycli chat doctor`')
  })

  it('talks and sends files from there', async () => {
    const mycli = mount({env: {CHATCTL_HOME: newHome(), CHATCTL_CODE: code}})
    const to = ['--to', `127.0.0.1:${room().port}`]
    expect(await mycli('chat', 'say', ...to, 'from mycli')).toMatchObject({exitCode: 0})
    await room().host.says('from mycli\n')
    expect(await mycli('chat', 'send-file', ...to, 'package.json')).toMatchObject({exitCode: 0})
    expect(await mycli('chat', 'join', `127.0.0.1:${room().port}`)).toMatchObject({exitCode: 0})
  })

  it("has the slash commands of the CLI's own plug-ins, of the CLI, and of those that a user has added", async () => {
    const giving = (name: string) => `export default async ({chatctl: {command}}) => ({apiVersion: 1, commands: [
      command({name: '${name}', summary: 'says it', run: ({say}) => say('this is ${name}')}),
    ]})`
    const home = newHome()
    linkPlugins(home, [{name: 'users', root: makePlugin('users', giving('theirs'))}])
    const mycli = mount({
      env: {CHATCTL_HOME: home, CHATCTL_CODE: code},
      slashCommands: {plugins: {'mycli-plugin-dice': giving('dice')}, own: giving('own')},
      input: ['/dice', '/own', '/theirs', '/plugins', '/quit', ''].join('\n'),
    })
    const {exitCode, stdout, stderr} = await mycli('chat', 'host', '-p', '0', '--bind', '127.0.0.1', '--json')
    const events = stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as {text?: string}]))
    expect(events.flatMap(({text = []}) => text)).toEqual(['this is dice', 'this is own', 'this is theirs'])
    for (const row of ['mycli-plugin-dice  1.2.3  /dice', 'mycli  9.9.9  /own', 'users  1.2.3  /theirs'])
      expect(stderr.split('\n')).toContain(row)
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: expect.not.stringContaining('plug-in ')})
    expectRootHelp(await mycli('--help'))
  })

  it("shows chatctl's own version, not that of the CLI", async () => {
    const {stdout} = await mount({env: {CHATCTL_HOME: newHome()}})('chat', 'doctor', '-p', room().port, '--json')
    const {version} = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {version: string}
    expect(JSON.parse(stdout)).toMatchObject({chatctl: version})
  })

  it('tells a wrong command line as chatctl does, with exit code 2', async () => {
    const {exitCode, stdout, stderr} = await mount()('chat', 'host', '--bogus')
    expect(stderr).toBe('Error: nonexistent flag: --bogus\n  `mycli chat host --help` says what it takes.\n')
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })
})

function expectRootHelp({exitCode, stdout, stderr}: Ended): void {
  expect(stdout).toMatch(/^TOPICS\n {2}chat .*\n\nCOMMANDS\n {2}grep .*\n*$/m)
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
}

function expectHelpOf(command: string, {exitCode, stdout, stderr}: Ended): void {
  expect(stdout).toMatch(new RegExp(String.raw`^  \$ mycli ${command} `, 'm'))
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
}

function expectNotFound(name: string, {exitCode, stderr}: Ended): void {
  expect(stderr).toContain(`command ${name} not found`)
  expect(exitCode).toBe(2)
}

/** Nothing needs to be dialled to see it: there is another address, and the two differ. */
function expectAddressTaken({exitCode, stdout, stderr}: Ended): void {
  expect(stderr).toContain('the address is given as 5.6.7.8 and as 1.2.3.4')
  expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
}

function withoutTopics({stdout, ...rest}: Ended): Ended {
  return {...rest, stdout: stdout.replace(/TOPICS\n {2}chat .*\n\n/, '')}
}

/** What a stopwatch tells is never the same twice. */
function withoutFigures(text: string): string {
  return text.replace(/"roundTripMs":.*?,"bytes"/, '"bytes"').replace(/"bytesPerSecond":\d+/, '')
}
