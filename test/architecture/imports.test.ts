import {describe, expect, it} from 'vitest'
import {packageRoot} from '../helpers/run-chatctl.js'
import {cycles, violations} from './rules.js'
import {readModule, readSourceModules} from './source-module.js'

const modules = readSourceModules(packageRoot)

describe('the source', () => {
  it('keeps to the table of rooms, packages and docstrings', () => {
    expect(modules.flatMap(violations)).toEqual([])
  })

  it('has no modules that load each other in a ring', () => {
    expect(cycles(modules)).toEqual([])
  })
})

describe('the check', () => {
  const check = (path: string, text: string) => violations(readModule(path, text))

  it.each([
    ['src/protocol/frame.ts', "import {Room} from '../room/room.js'", 'imports src/room/room.ts'],
    ['src/protocol/frame.ts', "import type {Room} from '../room/room.js'", 'imports src/room/room.ts'],
    ['src/protocol/frame.ts', "export * from '../room/room.js'", 'imports src/room/room.ts'],
    ['src/protocol/frame.ts', "await import('../room/room.js')", 'imports src/room/room.ts'],
    ['src/protocol/frame.ts', "let room: import('../room/room.js').Room", 'imports src/room/room.ts'],
    ['src/room/room.ts', "import {Sender} from '../transfer/sender.js'", 'imports src/transfer/sender.ts'],
    ['src/repl/shell.ts', "import {host} from '../host.js'", 'imports src/host.ts'],
    ['src/host.ts', "import {columnsOf} from './ui/width.js'", 'imports src/ui/width.ts'],
    ['src/commands/host.ts', "import {Frame} from '../protocol/frame.js'", 'imports src/protocol/frame.ts'],
    ['src/repl/shell.ts', "import {Command} from '@oclif/core'", 'imports @oclif/core'],
    ['src/errors/index.ts', "import {CLIError} from '@oclif/core/errors'", 'imports @oclif/core/errors'],
    ['src/repl/shell.ts', "import kleur from 'kleur'", 'imports kleur'],
    ['src/transfer/sender.ts', "import {lookup} from 'mime-types'", 'imports mime-types'],
    ['src/room/room.ts', "import {connect} from 'node:net'", 'imports node:net'],
    ['src/cli/streams.ts', "import {exec} from 'node:child_process'", 'imports node:child_process'],
    ['src/transfer/receiver.ts', "await import('node:zlib')", 'imports node:zlib'],
    ['src/room/room.ts', "import {readFile} from 'node:fs/promises'", 'imports node:fs/promises'],
    ['src/room/room.ts', 'const {HOME} = process.env', 'reads process.env'],
    ['src/room/room.ts', "console.error('no')", 'uses console.error'],
    ['src/host.ts', 'process.stdout.write(text)', 'uses process.stdout'],
    ['src/session/session.ts', 'process.exit(1)', 'uses process.exit'],
    ['src/repl/shell.ts', "process.on('exit', end)", 'uses process.on'],
    ['src/room/room.ts', 'export class Room {}', 'exports Room without a docstring'],
    ['src/room/room.ts', 'const states = []\nexport type State = typeof states', 'exports State without a docstring'],
    ['src/room/room.ts', '// A comment.\nexport const size = 1', 'exports size without a docstring'],
  ])('finds in %s: %s', (path, text, found) => {
    expect(check(path, text)).toEqual([`${path} ${found}`])
  })

  it.each([
    ['src/repl/shell.ts', "import type {HostOptions} from '../host.js'"],
    ['src/room/room.ts', "import {Session} from '../session/session.js'\nimport {x} from './nick.js'"],
    ['src/cli/home.ts', "import {homedir} from 'node:os'\nconst {HOME} = process.env"],
    ['src/room/room.ts', '/** Where people meet. */\nexport class Room {}'],
    ['src/room/room.ts', '/** The states. */\nexport const states = []\nexport type State = (typeof states)[number]'],
  ])('lets %s be: %s', (path, text) => {
    expect(check(path, text)).toEqual([])
  })

  it('knows no room that the table does not', () => {
    expect(() => check('src/utils/misc.ts', "import {x} from '../errors/index.js'")).toThrow('src/utils/misc.ts')
  })

  it('finds rings, but not those of types or of what is loaded late', () => {
    const ring = (a: string, b: string) => cycles([readModule('src/ui/a.ts', a), readModule('src/ui/b.ts', b)])
    expect(ring("import './b.js'", "import './a.js'")).toEqual(['src/ui/a.ts > src/ui/b.ts > src/ui/a.ts'])
    expect(ring("import './b.js'", "import type {A} from './a.js'")).toEqual([])
    expect(ring("import './b.js'", "await import('./a.js')")).toEqual([])
  })
})
