import {Readable} from 'node:stream'

/** Who knows whose doing something is, and is told of what a plug-in does that it should not. */
export interface Warden {
  /** The plug-in whose doing this is; undefined when it is chatctl's own. */
  readonly current: () => string | undefined
  readonly inside: <Result>(plugin: string, work: () => Result) => Result
  readonly onPrint: (plugin: string, text: string) => void
  readonly onFault: (plugin: string, error: unknown) => void
}

/** Thrown in place of an exit that a plug-in asks for. */
class ExitRefused extends Error {
  override readonly name = 'ExitRefused'
}

type Listener = (...args: unknown[]) => unknown
type Call = (...args: unknown[]) => boolean

/** Keeps plug-ins from the terminal, and from the end of the process. */
export function holdProcess(warden: Warden): void {
  for (const stream of [process.stdout, process.stderr]) {
    holdOutput(stream, warden)
    holdErrors(stream, warden)
    holdEnds(stream, warden)
    holdListeners(stream, warden)
  }
  holdListeners(process, warden)
  holdInput(warden)
  holdExit(warden)
  holdFaults(warden)
}

function holdOutput(stream: NodeJS.WriteStream, {current, onPrint}: Warden): void {
  const write = stream.write.bind(stream) as Call
  stream.write = (...args: unknown[]): boolean => {
    const plugin = current()
    if (plugin === undefined) return write(...args)
    onPrint(plugin, String(args[0]))
    const done = args.findLast(argument => typeof argument === 'function') as (() => void) | undefined
    if (done) process.nextTick(done)
    return true
  }
}

/** An output that only a plug-in calls broken is not: the process would end for want of it. */
function holdErrors(stream: NodeJS.WriteStream, {current, onFault}: Warden): void {
  const emit = stream.emit.bind(stream) as Call
  const emitOthers = (...args: unknown[]): boolean => {
    const plugin = current()
    if (plugin === undefined || args[0] !== 'error') return emit(...args)
    onFault(plugin, args[1])
    return true
  }
  stream.emit = emitOthers as typeof stream.emit
}

/** Who must not print must not close what others print on. */
function holdEnds(stream: NodeJS.WriteStream, {current, onFault}: Warden): void {
  for (const method of ['end', 'destroy', 'destroySoon'] as const) {
    const close = stream[method].bind(stream) as Listener
    const closeUnlessHeld = (...args: unknown[]): unknown => {
      const plugin = current()
      if (plugin === undefined) return close(...args)
      onFault(plugin, new Error('it wanted to close an output'))
      return stream
    }
    Object.assign(stream, {[method]: closeUnlessHeld})
  }
}

/** What is typed is for the room: for a plug-in there is nothing to read, and no terminal to change. */
function holdInput({current}: Warden): void {
  const get: (() => unknown) | undefined = Object.getOwnPropertyDescriptor(process, 'stdin')?.get?.bind(process)
  const silent = new Readable({read: () => undefined})
  Object.defineProperty(process, 'stdin', {
    configurable: true,
    enumerable: true,
    get: () => (current() === undefined ? get?.() : silent),
  })
}

function holdExit({current}: Warden): void {
  const exit = process.exit.bind(process)
  process.exit = (code?: number | string | null): never => {
    if (current() === undefined) return exit(code)
    throw new ExitRefused(`it wanted to end chatctl with ${code ?? 0}`)
  }
}

/** The ways to add a listener, and which of the lasting ones each is. */
const additions = [
  {method: 'on', lasting: 'on', isOnce: false},
  {method: 'addListener', lasting: 'on', isOnce: false},
  {method: 'prependListener', lasting: 'prependListener', isOnce: false},
  {method: 'once', lasting: 'on', isOnce: true},
  {method: 'prependOnceListener', lasting: 'prependListener', isOnce: true},
] as const

/** A listener that a plug-in adds is called by chatctl or Node, and is the plug-in's doing all the same. */
function holdListeners(emitter: NodeJS.EventEmitter, warden: Warden): void {
  const held = additions.map(({method, lasting, isOnce}) => {
    const [add, addContained] = [emitter[method].bind(emitter), emitter[lasting].bind(emitter)]
    const hold = (event: string | symbol, listener: Listener): NodeJS.EventEmitter => {
      const plugin = warden.current()
      if (plugin === undefined) return add(event, listener)
      const before = isOnce ? () => emitter.off(event, listener) : undefined
      return isOfFaults(event) ? emitter : addContained(event, contain(listener, plugin, warden, before))
    }
    return [method, hold] as const
  })
  Object.assign(emitter, Object.fromEntries(held))
}

/** What fails is not for a plug-in to hear of: where it listens, it would decide that nothing has. */
function isOfFaults(event: string | symbol): boolean {
  return /^(uncaughtException|unhandledRejection)/.test(String(event))
}

function contain(listener: Listener, plugin: string, {inside, onFault}: Warden, before?: () => void): Listener {
  const contained = (...args: unknown[]): void => {
    before?.()
    try {
      inside(plugin, () => listener(...args))
    } catch (error) {
      onFault(plugin, error)
    }
  }
  // By this name Node finds it when the plug-in takes its listener away.
  return Object.assign(contained, {listener})
}

/** What is no plug-in's ends the process, as it does where nobody looks. */
function holdFaults(warden: Warden): void {
  const {current, onFault} = warden
  const take = (error: unknown): void => {
    const plugin = current()
    if (plugin === undefined) crash(error)
    else onFault(plugin, error)
  }
  process.on('unhandledRejection', take)
  if (process.hasUncaughtExceptionCaptureCallback()) return
  process.setUncaughtExceptionCaptureCallback(take)
  holdAlarm(warden)
}

function crash(error: unknown): void {
  if (emitAny('uncaughtException', error, 'uncaughtException')) return
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}

function emitAny(...args: unknown[]): boolean {
  return (process.emit as Call).call(process, ...args)
}

/** Who gives something back before a crash is not to hear of what ends nothing: Node tells them first. */
function holdAlarm({current}: Warden): void {
  const emit = process.emit.bind(process) as Call
  const emitOthers = (...args: unknown[]): boolean => {
    const isContained = args[0] === 'uncaughtExceptionMonitor' && current() !== undefined
    return !isContained && emit(...args)
  }
  process.emit = emitOthers as typeof process.emit
}
