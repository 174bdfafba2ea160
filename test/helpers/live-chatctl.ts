import {newHome} from './device.js'
import {exitOf, startChatctl} from './run-chatctl.js'
import {temporaryDirectory} from './temporary-directory.js'
import {whenOver} from './when-over.js'

/** How a process is started. */
export interface LiveOptions {
  /** Where it runs; an empty directory of its own by default. */
  cwd?: string
  /** Where its identity is kept; a device of its own by default. */
  home?: string
  env?: Record<string, string>
  /** As whom it runs, where the test may choose. */
  uid?: number
  /** A command that starts what follows it, when the test is not to start it itself. */
  launch?: readonly string[]
}

/** Any event of event mode. */
export type AnyEvent = Record<string, unknown> & {event: string}

/** The real binary, running behind pipes: typed into, read line by line, and gone after the test. */
export class LiveChatctl {
  readonly cwd: string
  readonly home: string
  readonly exit: Promise<number | null>
  readonly #child: ReturnType<typeof startChatctl>
  #stdout = ''
  #stderr = ''
  #hasExited = false
  readonly #looking = new Set<() => void>()

  constructor(argv: readonly string[], options: LiveOptions = {}) {
    this.cwd = options.cwd ?? temporaryDirectory()
    this.home = options.home ?? newHome()
    const {env, launch = [], ...user} = options
    this.#child = startChatctl(argv, {...user, cwd: this.cwd, env: {CHATCTL_HOME: this.home, ...env}, launch})
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#note(() => (this.#stdout += text)))
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#note(() => (this.#stderr += text)))
    this.#child.stdin.on('error', () => undefined)
    this.exit = exitOf(this.#child)
    void this.exit.then(() => this.#note(() => (this.#hasExited = true)))
    whenOver(async () => {
      this.#child.kill('SIGKILL')
      await this.exit
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** What standard output has, as events. */
  get events(): AnyEvent[] {
    return this.#stdout
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as AnyEvent)
  }

  type(...lines: readonly string[]): void {
    this.#child.stdin.write(lines.map(line => `${line}\n`).join(''))
  }

  endInput(): void {
    this.#child.stdin.end()
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves as soon as standard output holds `text`. */
  says(text: string | RegExp): Promise<void> {
    return this.#until(`standard output to hold ${text}`, () => holds(this.#stdout, text))
  }

  /** Resolves as soon as standard error holds `text`. */
  tells(text: string | RegExp): Promise<void> {
    return this.#until(`standard error to hold ${text}`, () => holds(this.#stderr, text))
  }

  /** Resolves with the first event of a kind that `fits`. */
  async event(kind: string, fits: (event: AnyEvent) => boolean = () => true): Promise<AnyEvent> {
    const find = (): AnyEvent | undefined => this.events.find(event => event.event === kind && fits(event))
    await this.#until(`an event ${kind}`, () => find() !== undefined)
    return find()!
  }

  /** Resolves as soon as the events so far fit. */
  sees(fits: (events: AnyEvent[]) => boolean): Promise<void> {
    return this.#until('its events to fit', () => fits(this.events))
  }

  #until(what: string, isTrue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isTrue()) resolve()
        else if (this.#hasExited) reject(new Error(`ended before ${what}\n${this.#stdout}\n${this.#stderr}`))
        else return
        this.#looking.delete(look)
      }
      this.#looking.add(look)
      look()
    })
  }

  #note(happens: () => void): void {
    happens()
    for (const look of [...this.#looking]) look()
  }
}

function holds(output: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? output.includes(text) : text.test(output)
}

/** A room in line mode on loopback, whose code is known. */
export interface LiveRoom {
  host: LiveChatctl
  port: string
}

export const code = 'legal-zoo-abandon'

/** What a one-shot command says when it has met bob for the first time. */
export const hasMetBob = "this room's code will not be asked again here (`chatctl peers forget bob` undoes it)\n"

/** Starts a host on any free port and waits until it listens. */
export async function liveHost(argv: readonly string[] = [], options: LiveOptions = {}): Promise<LiveRoom> {
  const host = new LiveChatctl(['host', '-p', '0', '--nick', 'bob', ...argv], {
    ...options,
    env: {CHATCTL_CODE: code, ...options.env},
  })
  if (argv.includes('--json')) return {host, port: String((await host.event('listening'))['port'])}
  await host.tells(/^listening on .*:\d+$/m)
  return {host, port: /^listening on .*:(\d+)$/m.exec(host.stderr)![1]!}
}

/** Starts a member of a room. */
export function liveMember(port: string, argv: readonly string[] = [], options: LiveOptions = {}): LiveChatctl {
  const env = {CHATCTL_CODE: code, ...options.env}
  return new LiveChatctl(['join', '-h', '127.0.0.1', '-p', port, ...argv], {...options, env})
}
