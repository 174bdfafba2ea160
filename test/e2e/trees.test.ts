import {chmodSync, readdirSync, writeFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {code, LiveChatctl, liveHost} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {harvest, plant, type Plan} from '../helpers/trees.js'
import {until} from '../helpers/until.js'

// To the superuser nothing is unreadable.
const someUser = process.getuid?.() === 0 ? {uid: 65_534} : {}

/** A directory that another user may write into. */
function sharedDirectory(): string {
  const path = temporaryDirectory()
  chmodSync(path, 0o777)
  return path
}

const someone = () => ({...someUser, cwd: sharedDirectory(), home: join(sharedDirectory(), 'home')})

/** Starts `send-file` with a directory in which `more` plants what a plan cannot. */
function sending(port: string, plan: Plan, argv: string[], more: (root: string) => void = () => undefined) {
  const user = someone()
  const root = plant(join(user.cwd, 'src'), plan)
  more(root)
  const command = ['send-file', '--to', `127.0.0.1:${port}`, '--json', ...argv, 'src']
  return {root, sender: new LiveChatctl(command, {...user, env: {CHATCTL_CODE: code}})}
}

/** Expects that a directory has arrived but for some of it, and that both ends list that. */
async function expectMissing(host: LiveChatctl, sender: LiveChatctl, missing: readonly (readonly [string, string])[]) {
  const skipped = {count: missing.length, first: missing.map(([path, code]) => ({path, code}))}
  expect(await host.event('received')).toMatchObject({name: 'src', skipped})
  expect(await sender.exit).toBe(6)
  expect(JSON.parse(sender.stdout)).toMatchObject({ok: false, exitCode: 6, files: [{status: 'incomplete', skipped}]})
}

const lock = (path: string): void => chmodSync(path, 0)

/** Takes the right to write in a directory that comes in, as soon as a file is in it. */
async function forbidWritingBeside(directory: string, name: string): Promise<void> {
  const find = () => readdirSync(directory, {recursive: true}).find(path => basename(String(path)) === name)
  await until(() => find() !== undefined)
  chmodSync(dirname(join(directory, String(find()))), 0o555)
}

const large = 'x'.repeat(3_000_000)

describe.skipIf(process.platform === 'win32')('a directory', () => {
  it('arrives with names of every script, but for those that are unsafe or no Unicode', async () => {
    const {host, port} = await liveHost(['--json', '--accept', 'all'])
    const plan = {
      'cafe\u0301': 'NFD',
      'עברית العربية': 'right to left',
      '👩‍👩‍👧‍👦': 'a family',
      'हिन्दी ไทย 한국어': 'more',
      ' leading and trailing ': 'spaces',
      '-rf': 'no flag',
    }
    const hostile = {'line\nbreak': 'x', 'escape\u001b[2J': 'x', 'over\u202eride': 'x'}
    const {sender} = sending(port, {...plan, ...hostile}, [], root =>
      writeFileSync(Buffer.concat([Buffer.from(`${root}/bytes`), Buffer.of(0xff)]), 'no Unicode'),
    )
    await expectMissing(host, sender, [
      ['bytes\uFFFD', 'not-unicode'],
      ['escape\u001b[2J', 'unsafe-name'],
      ['line\nbreak', 'unsafe-name'],
      ['over\u202eride', 'unsafe-name'],
    ])
    expect(harvest(join(host.cwd, 'new_src'))).toEqual(plan)
    for (const unsafe of ['\u001b', '\u202e']) expect(sender.stderr).not.toContain(unsafe)
  })

  it('arrives without what cannot be read, before it begins or by the time when its turn comes', async () => {
    const {host, port} = await liveHost(['--json', '--accept', 'all'])
    const plan = {a: large, 'b/c': 'c', 'd/e': 'e', f: 'f', g: 'g'}
    const {root, sender} = sending(port, plan, ['--bwlimit', '1M'], root => {
      lock(join(root, 'b'))
      lock(join(root, 'f'))
    })
    await host.event('progress')
    lock(join(root, 'g'))
    await expectMissing(host, sender, [
      ['b', 'not-readable'],
      ['f', 'not-readable'],
      ['g', 'not-readable'],
    ])
    expect(harvest(join(host.cwd, 'new_src'))).toEqual({a: large, d: null, 'd/e': 'e'})
    chmodSync(join(root, 'b'), 0o755)
  })

  it('arrives without what cannot be written', async () => {
    const {host, port} = await liveHost(['--json', '--accept', 'all'], someone())
    const {sender} = sending(port, {'a/1': large, 'a/2': '2', 'a/b/3': '3', c: 'c'}, ['--bwlimit', '1M'])
    await forbidWritingBeside(host.cwd, '1')
    await expectMissing(host, sender, [
      ['a/2', 'not-writable'],
      ['a/b', 'not-writable'],
      ['a/b/3', 'not-writable'],
    ])
    expect(harvest(join(host.cwd, 'new_src'))).toEqual({a: null, 'a/1': large, c: 'c'})
    chmodSync(join(host.cwd, 'new_src', 'a'), 0o755)
  })

  it('arrives with its links, when those are asked for and stay inside, and is told what was left out', async () => {
    const {host, port} = await liveHost(['--json', '--accept', 'all'])
    const links = {in: '->a/b', down: '->./a/', out: '->/etc/passwd', up: '->../..'}
    const without = sending(port, {'a/b': 'b', ...links}, [])
    expect(await without.sender.exit).toBe(0)
    expect(without.sender.stderr).toContain('src: left out 4 symbolic links\n')
    const withThem = sending(port, {'a/b': 'b', ...links}, ['--links'])
    expect(await withThem.sender.exit).toBe(0)
    expect(withThem.sender.stderr).toContain('src: left out 2 symbolic links\n')
    expect(harvest(join(host.cwd, 'new_src'))).toEqual({a: null, 'a/b': 'b'})
    expect(harvest(join(host.cwd, 'new_src (2)'))).toEqual({a: null, 'a/b': 'b', in: '->a/b', down: '->./a/'})
  })
})
