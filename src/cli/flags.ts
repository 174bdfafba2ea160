import {CLIError} from '@oclif/core/errors'
import {boolean, custom, integer, option, string} from '@oclif/core/flags'
import {themeNames} from '../ui/palettes.js'
import {splitWords} from '../repl/words.js'
import {parseBytes, parseRate} from '../ui/parse-bytes.js'
import {defaultPort} from './address.js'

const lastPort = 65_535
/** The longest delay that a Node timer holds is 2^31 - 1 ms. */
const longestSeconds = 2_147_483
/** The shortest delay of a Node timer, for times that cannot be nothing. */
export const shortestSeconds = 0.001

/** What each command takes: how its streams are used. */
export const outputFlags = {
  plain: boolean({
    description: 'Lines only: no redrawing, spinners or bars (also CHATCTL_PLAIN=1)',
    helpGroup: 'OUTPUT',
  }),
  theme: option({
    options: themeNames,
    description:
      'Colours: for any background (default), a dark or a light one, without red and green, or none (also CHATCTL_THEME)',
    helpGroup: 'OUTPUT',
  })(),
  json: boolean({description: 'JSON on standard output', helpGroup: 'OUTPUT'}),
  quiet: boolean({
    char: 'q',
    description: 'Only what fails or wants an answer on standard error',
    helpGroup: 'OUTPUT',
    exclusive: ['verbose'],
  }),
  verbose: boolean({char: 'v', description: 'Progress on standard error too', helpGroup: 'OUTPUT'}),
}

/** How much is said on standard error. */
export type Verbosity = 'quiet' | 'normal' | 'verbose'

/** Returns how much is said, as the output flags want it. */
export function verbosityOf({quiet, verbose}: {quiet: boolean; verbose: boolean}): Verbosity {
  if (quiet) return 'quiet'
  return verbose ? 'verbose' : 'normal'
}

/** Who one is. */
export const nickFlag = string({
  char: 'n',
  description: 'Your name in the room (default: the login name)',
  helpValue: 'NAME',
})

/** How large a file may be. */
export const sizeFlag = custom<number>({
  helpValue: 'SIZE',
  parse: input => readBytes(parseBytes(input), `${JSON.stringify(input)} is not a size such as 500M or 4Gi`),
})

/** How fast bytes may move. */
export const rateFlag = custom<number>({
  description: 'The most bytes a second to send, and to receive, such as 2M',
  helpValue: 'RATE',
  parse: input => readBytes(parseRate(input), `${JSON.stringify(input)} is not a rate such as 2M or 500k`),
})

function readBytes(bytes: number | undefined, problem: string): Promise<number> {
  return bytes === undefined ? Promise.reject(new CLIError(problem)) : Promise.resolve(bytes)
}

/** What happens to files that are offered; `known`: those of devices that are remembered already are taken at once. */
export const acceptFlag = option({options: ['all', 'known', 'ask', 'none'] as const})

/** What happens when the name of a received file is taken. */
export const onConflictFlag = option({
  options: ['rename', 'overwrite', 'skip'] as const,
  description:
    'What happens when a name is taken: use the next free one (default), replace the file, or do not take it',
})

/** Whether what is sent is compressed on its way. */
export const compressFlag = option({
  options: ['auto', 'on', 'off'] as const,
  default: 'auto',
  description: 'Compress what is sent: where that saves time, always, or never',
})

/** A command of one's own: words, which no shell reads. */
export const commandFlag = custom<string[]>({
  helpValue: 'CMD',
  parse(input) {
    const words = splitWords(input) ?? []
    if (words.length > 0) return Promise.resolve(words)
    return Promise.reject(new CLIError(`${JSON.stringify(input)} is no command: a program, and perhaps arguments`))
  },
})

/** What whoever talks can have run. */
export const talkHandlerFlags = {
  'on-message': commandFlag({
    description: 'Run this at each message of others; CHATCTL_NICK, CHATCTL_TEXT say what it is',
  }),
  'on-join': commandFlag({description: 'Run this when somebody joins; CHATCTL_NICK says who'}),
}

/** What a member of a room takes: who one is and what happens to files. */
export const memberFlags = {
  nick: nickFlag,
  out: string({char: 'o', description: 'Where received files go (default: here)', helpValue: 'DIR'}),
  prefix: string({description: 'Put before the name of a received file', default: 'new_', helpValue: 'TEXT'}),
  accept: acceptFlag({description: 'What happens to offered files (default: ask on a terminal, else none)'}),
  'on-conflict': onConflictFlag(),
  'max-size': sizeFlag({description: 'Take no file that is larger, such as 500M or 4Gi'}),
  bwlimit: rateFlag(),
  'on-file': commandFlag({description: 'Run this when a file has arrived; CHATCTL_PATH, CHATCTL_NICK say which'}),
}

/** Whether the terminal rings. */
export const bellFlag = boolean({
  description: 'Ring when you are named while the window is not looked at',
  default: true,
  allowNo: true,
})

/** Where the code comes from: never from the command line, which everyone on the machine can read. */
export const codeFileFlag = string({
  description: 'Read the code from a file, `-` is standard input (also CHATCTL_CODE)',
  helpValue: 'PATH',
})

/** The port to listen on. */
export const listenPortFlag = integer({
  char: 'p',
  description: 'The port to listen on; 0 takes any free one',
  default: defaultPort,
  min: 0,
  max: lastPort,
  helpValue: 'N',
})

/** The port to look at. */
export const examinedPortFlag = integer({
  char: 'p',
  description: 'The port that a room would have',
  default: defaultPort,
  min: 1,
  max: lastPort,
  helpValue: 'N',
})

/** The port to dial. It has no default here: the address may name one. */
export const dialPortFlag = integer({
  char: 'p',
  description: `The host's port (default: ${defaultPort})`,
  min: 1,
  max: lastPort,
  helpValue: 'N',
})

/** A time in seconds, as people give it. */
export const secondsFlag = custom<number, {min?: number}>({
  helpValue: 'SECONDS',
  parse(input, _command, {min = 0}) {
    const seconds = /^\d+(\.\d+)?$/.test(input) ? Number(input) : Number.NaN
    if (seconds >= min && seconds <= longestSeconds) return Promise.resolve(seconds)
    const atLeast = min > 0 ? ` of at least ${min}` : ''
    return Promise.reject(new CLIError(`${JSON.stringify(input)} is not a number of seconds${atLeast}`))
  },
})
