import {GivenWords, labelOf, type NamedParameter, type Syntax} from './arguments.js'
import type {Parameters} from './parameter.js'

/** Returns what may follow a command's name: `NICK TEXT`, `[N]`, `PATH... [--to NICK|all]`. */
export function usageOf({args, flags}: Syntax): string {
  return [...named(args).map(argUsage), ...named(flags).map(flagUsage)].join(' ')
}

/** Returns what may follow a command's name, in a list of commands: its flags are not told apart. */
export function shortUsageOf({args, flags}: Syntax): string {
  return [...named(args).map(argUsage), ...(Object.keys(flags).length === 0 ? [] : ['[FLAGS]'])].join(' ')
}

/** Returns one flag as usage has it, with its value. */
export function flagSynopsis(flag: NamedParameter): string {
  const {name, parameter} = flag
  const char = parameter.char === undefined ? '' : `-${parameter.char}, `
  return `${char}--${name}${parameter.isSwitch ? '' : ` ${labelOf(flag)}`}`
}

/** Returns what is still expected when a command's name is followed by a text. */
export function expectedAfter(syntax: Syntax, text: string): string {
  const given = new GivenWords(syntax, text)
  const missing = named(syntax.args).filter(({name}) => given.arg(name).length === 0)
  if (!given.mayBeFlag && given.next !== undefined && !(given.next.name in syntax.args)) return labelOf(given.next)
  const flags = named(syntax.flags).filter(({name}) => given.flag(name).length === 0)
  return [...missing.map(argUsage), ...(given.mayBeFlag ? flags.map(flagUsage) : [])].join(' ')
}

/** Returns parameters with their names, in their order. */
export function named(parameters: Parameters): NamedParameter[] {
  return Object.entries(parameters).map(([name, parameter]) => ({name, parameter}))
}

function argUsage(arg: NamedParameter): string {
  const {isMultiple, isRequired} = arg.parameter
  const label = labelOf(arg) + (isMultiple ? '...' : '')
  return isRequired ? label : `[${label}]`
}

function flagUsage({name, parameter}: NamedParameter): string {
  const usage = `--${name}${parameter.isSwitch ? '' : ` ${labelOf({name, parameter})}`}`
  return parameter.isRequired ? usage : `[${usage}]${parameter.isMultiple ? '...' : ''}`
}
