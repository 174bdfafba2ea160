import type {Offer, Transfer} from '../conversation.js'
import {formatSize} from '../errors/format-size.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {custom, type ParameterKind, type Proposal} from './parameter.js'
import type {Scene} from './context.js'
import {splitWords} from './words.js'

/** The nick of someone else who is here. */
export const member = custom<string>({label: 'NICK', parse: text => text, complete: (_word, scene) => nicksOf(scene)})

/** The nick of someone else who is here, or `all`. */
export const members = custom<string>({
  label: 'NICK|all',
  parse: text => text,
  complete: (_word, scene) => [...nicksOf(scene), {text: 'all', summary: 'everyone else'}],
})

/** The name of a remembered device. */
export const peer = custom<string>({
  label: 'NAME',
  parse: text => text,
  complete: (_word, {peers}) => peers().map(({name}) => ({text: name, summary: 'remembered'})),
})

/** The number of a file that waits for an answer from here. */
export const offer = custom<number>({
  label: 'N',
  parse: parseNumber,
  complete: (_word, {offers}) => offers().map(proposeOffer),
})

/** The number of a file that is offered or on its way, in either direction. */
export const transfer = custom<number>({
  label: 'N',
  parse: parseNumber,
  complete: (_word, {transfers}) => transfers().map(proposeTransfer),
})

/** The path of something on this computer, or its number in the last listing; as an absolute path. */
export const path = custom<string>({...readPath(), complete: (word, {paths}) => paths.complete(word)})

/** A directory of this computer, as {@link path} is read. */
export const directory = custom<string>({
  ...readPath(),
  label: 'DIR',
  complete: async (word, {paths}) => (await paths.complete(word)).filter(({isOpen}) => isOpen),
})

/** Paths of this computer: words, numbers of the last listing, or all of the text where that is the name of something here. */
export const paths = custom<string[]>({
  label: 'PATH...',
  extent: 'words',
  parse: (text, scene) => scene.paths.read(text),
  complete: (word, scene) => scene.paths.complete(word),
})

function readPath(): ParameterKind<string> {
  return {
    label: 'PATH',
    extent: 'words',
    parse(text, scene) {
      const words = splitWords(text)
      return scene.paths.resolve(words?.length === 1 ? (words[0] ?? '') : text.trim())
    },
  }
}

/** Reads a whole number from one up, with or without the `#` before it. */
export function parseNumber(text: string): number {
  const digits = /^#?([1-9]\d{0,8})$/.exec(text)?.[1]
  if (digits === undefined) throw new Error(`${JSON.stringify(text)} is not a number from 1 up`)
  return Number(digits)
}

function nicksOf({members: others}: Scene): Proposal[] {
  return others().map(({nick}) => ({text: nick}))
}

function proposeOffer({transfer: number, name, bytes, from}: Offer): Proposal {
  return {text: String(number), summary: describeFile(name, bytes, `from ${from.nick}`)}
}

function proposeTransfer({transfer: number, name, bytes, direction, peer: {nick}}: Transfer): Proposal {
  const whose = direction === 'send' ? `to ${nick}` : `from ${nick}`
  return {text: String(number), summary: describeFile(name, bytes, whose)}
}

function describeFile(name: string, bytes: number | null, whose: string): string {
  return sanitiseLine([name, ...(bytes === null ? [] : [formatSize(bytes)]), whose].join('  '))
}
