import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import fc from 'fast-check'
import {quickDisk, temporaryDirectory} from './temporary-directory.js'

/** Names that sort around each other, and around what separates them, in several scripts. */
const names = [
  ...['a', 'a!', 'a-b', 'a.b', 'a0', 'ab', 'A', 'b', '.c', '-', '...', 'a\u0001', 'a b'],
  ...['é', 'e\u0301', 'ß', 'Ω', 'עברית', 'عربي', '日本語', 'ｱ', '\uFFFD', '\uFFFF', '😀', '𝒜'],
]

const patterns = ['a', '*.b', '/a/', '!a', 'b/**', '日*']

/** What may stand at a path: a file of some size, a directory, one that cannot be read, a link, or patterns. */
const thing = fc.oneof(
  fc.record({file: fc.constantFrom(0, 1, 50, 65_537)}),
  fc.record({link: fc.constantFrom('a', '../a', '/etc')}),
  fc.record({patterns: fc.subarray(patterns)}),
  fc.constantFrom({isDirectory: true}, {isUnreadable: true}),
)

/** What is in a tree of any shape. */
export const wildTree = fc.array(fc.tuple(fc.array(fc.constantFrom(...names), {minLength: 1, maxLength: 3}), thing), {
  minLength: 1,
  maxLength: 12,
})

type Thing = Partial<{file: number; link: string; patterns: string[]; isDirectory: true; isUnreadable: true}>

/** Makes a tree; where something else stands in the way, that stays. */
export function plantWild(tree: [string[], Thing][]): string {
  const root = join(temporaryDirectory(quickDisk), 'src')
  mkdirSync(root)
  for (const [path, what] of tree) {
    try {
      plantAt(join(root, ...path), what)
    } catch {
      // There is something of another kind.
    }
  }
  return root
}

function plantAt(place: string, what: Thing): void {
  mkdirSync(dirname(place), {recursive: true})
  if (what.file !== undefined) writeFileSync(place, 'x'.repeat(what.file), {flag: 'wx'})
  else if (what.link !== undefined) symlinkSync(what.link, place)
  else mkdirSync(place, {recursive: true})
  if (what.patterns) writeFileSync(join(place, '.chatctlignore'), what.patterns.join('\n'))
  if (what.isUnreadable) mkdirSync(join(place, '.chatctlignore'))
}
