import type {Import, SourceModule} from './source-module.js'

const rooms = {
  errors: [],
  disk: [],
  ui: ['errors'],
  conversation: ['errors'],
  protocol: ['errors'],
  transport: ['errors'],
  security: ['errors', 'disk', 'protocol', 'transport'],
  session: ['errors', 'protocol', 'transport', 'security'],
  room: ['errors', 'protocol', 'session', 'conversation'],
  transfer: ['errors', 'disk', 'protocol', 'session', 'conversation'],
  library: ['errors', 'disk', 'protocol', 'transport', 'security', 'session', 'room', 'transfer', 'conversation'],
  repl: ['errors', 'ui', 'conversation'],
  door: ['errors', 'conversation', 'library', 'repl'],
  cli: ['errors', 'ui', 'security', 'transfer', 'conversation', 'library', 'repl'],
  commands: ['errors', 'ui', 'conversation', 'library', 'repl', 'cli'],
  hooks: ['errors', 'cli'],
} as const satisfies Record<string, string[]>

type Room = keyof typeof rooms

/** What a room may know by its types only. */
const typesOnly: Partial<Record<Room, Room[]>> = {
  repl: ['library', 'room', 'transfer'],
  hooks: ['repl'],
  door: ['hooks'],
}

/** Who may name a package: rooms, or single files. */
const packages: {name: RegExp; users: string[]}[] = [
  {name: /^@oclif\/core(\/|$)/, users: ['src/cli/', 'src/commands/', 'src/hooks/']},
  {name: /^kleur(\/|$)/, users: ['src/ui/']},
  {name: /^mime-types$/, users: ['src/transfer/media-type.ts']},
  {name: /^ignore$/, users: ['src/transfer/tree/ignore-rules.ts']},
  // What is run is named by the person at this end alone, in one place; nothing of a peer's is code.
  {name: /^node:child_process$/, users: ['src/cli/run-program.ts']},
  {name: /^node:vm$/, users: []},
  // What a peer has compressed is expanded in one place, block by block; a journal takes its checksums there.
  {name: /^node:zlib$/, users: ['src/transfer/compression/brotli.ts', 'src/transfer/tree/tree-journal.ts']},
  {name: /^node:(net|tls|dgram|http|https|http2)$/, users: ['src/transport/']},
  {
    name: /^node:fs(\/|$)/,
    users: [
      'src/cli/code.ts',
      'src/cli/editor.ts',
      'src/cli/plugins/',
      'src/cli/standard-input.ts',
      'src/cli/version.ts',
      'src/disk/',
      'src/repl/history-file.ts',
      'src/repl/local-paths.ts',
      'src/security/identity.ts',
      'src/security/journal-files.ts',
      'src/transfer/part/arriving-file.ts',
      'src/transfer/part/conflict.ts',
      'src/transfer/part/delivered-file.ts',
      'src/transfer/part/disk-room.ts',
      'src/transfer/digest/digest-worker.ts',
      'src/transfer/part/file-attributes.ts',
      'src/transfer/part/file-identity.ts',
      'src/transfer/file-source.ts',
      'src/transfer/inbox.ts',
      'src/transfer/inspect-source.ts',
      'src/transfer/part/kept-names.ts',
      'src/transfer/part/leftover-disk.ts',
      'src/transfer/part/own-file.ts',
      'src/transfer/part/part-journal.ts',
      'src/transfer/part/part-opener.ts',
      'src/transfer/part/part-owner.ts',
      'src/transfer/part/part-request.ts',
      'src/transfer/part/part-file.ts',
      'src/transfer/part/publish.ts',
      'src/transfer/tree/survey-tree.ts',
      'src/transfer/tree/tree-builder.ts',
      'src/transfer/tree/tree-file.ts',
      'src/transfer/tree/tree-journal.ts',
      'src/transfer/tree/tree-levels.ts',
      'src/transfer/tree/tree-links.ts',
      'src/transfer/tree/tree-look.ts',
      'src/transfer/tree/tree-part.ts',
      'src/transfer/tree/tree-parts.ts',
      'src/transfer/tree/tree-source.ts',
      'src/transfer/tree/walk-tree.ts',
    ],
  },
]

/** Who may use the terminal, the end and the signals of the process: the library never does. */
const users = ['src/cli/', 'src/commands/', 'src/repl/screen/', 'src/disk/scratch.ts']

/** Returns what a module does against the table of rooms and packages, one line each. */
export function violations(module: SourceModule): string[] {
  const imports = module.imports.filter(entry => !isAllowed(module.path, entry))
  return [
    ...imports.map(({target}) => `${module.path} imports ${target}`),
    ...(module.readsEnvironment && roomOf(module.path) !== 'cli' ? [`${module.path} reads process.env`] : []),
    ...(users.some(user => module.path.startsWith(user)) ? [] : module.usesOfProcess).map(
      use => `${module.path} uses ${use}`,
    ),
    ...module.undocumented.map(name => `${module.path} exports ${name} without a docstring`),
  ]
}

/** Returns the modules that load each other in a ring, as paths from one to itself. */
export function cycles(modules: readonly SourceModule[]): string[] {
  const loads = new Map(modules.map(({path, imports}) => [path, imports.filter(isLoadedAtOnce).map(i => i.target)]))
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
    if (done.has(path) || trail.includes(path)) return
    for (const target of loads.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of loads.keys()) visit(path, [])
  return found
}

function isAllowed(path: string, {target, isTypeOnly}: Import): boolean {
  const restricted = packages.find(({name}) => name.test(target))
  if (restricted) return restricted.users.some(user => path.startsWith(user))
  if (!target.startsWith('src/')) return true
  const [from, to] = [roomOf(path), roomOf(target)]
  const allowed: readonly string[] = rooms[from]
  return from === to || allowed.includes(to) || (isTypeOnly && typesOnly[from]?.includes(to) === true)
}

function roomOf(path: string): Room {
  if (path === 'src/conversation.ts') return 'conversation'
  const [, room = '', ...rest] = path.split('/')
  if (path === 'src/index.ts') return 'door'
  // What stands at the top of src is the library.
  if (rest.length === 0) return 'library'
  if (Object.hasOwn(rooms, room)) return room as Room
  throw new Error(`${path} is in no room: see architecture.md`)
}

function isLoadedAtOnce({isTypeOnly, isDynamic}: Import): boolean {
  return !isTypeOnly && !isDynamic
}
