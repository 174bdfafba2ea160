import {
  lineEnd,
  lineStart,
  nextCharacter,
  nextWord,
  previousCharacter,
  previousSpace,
  previousWord,
  type Motion,
} from './draft.js'

/** What a key does to what is written. */
export type Edit =
  | {readonly move: Motion}
  | {readonly remove: Motion}
  | {readonly kill: Motion}
  | {readonly act: 'yank' | 'yank-pop' | 'undo' | 'transpose' | 'newline' | 'older' | 'newer' | 'search'}

const textStart: Motion = () => 0
const textEnd: Motion = ({text}) => text.length
/** The end of the line, or of its line break where the line has ended. */
const restOfLine: Motion = draft => (lineEnd(draft) === draft.cursor ? nextCharacter(draft) : lineEnd(draft))
const startOfLine: Motion = draft => (lineStart(draft) === draft.cursor ? previousCharacter(draft) : lineStart(draft))

const edits: readonly (readonly [keys: string, edit: Edit])[] = [
  ['left ctrl-b', {move: previousCharacter}],
  ['right ctrl-f', {move: nextCharacter}],
  ['ctrl-left alt-left alt-b', {move: previousWord}],
  ['ctrl-right alt-right alt-f', {move: nextWord}],
  ['home ctrl-a', {move: lineStart}],
  ['end ctrl-e', {move: lineEnd}],
  ['ctrl-home alt-<', {move: textStart}],
  ['ctrl-end alt->', {move: textEnd}],
  ['backspace ctrl-h shift-backspace', {remove: previousCharacter}],
  ['delete ctrl-d', {remove: nextCharacter}],
  ['ctrl-k', {kill: restOfLine}],
  ['ctrl-u', {kill: startOfLine}],
  ['ctrl-w', {kill: previousSpace}],
  ['alt-backspace alt-ctrl-h ctrl-backspace', {kill: previousWord}],
  ['alt-d alt-delete ctrl-delete', {kill: nextWord}],
  ['ctrl-y', {act: 'yank'}],
  ['alt-y', {act: 'yank-pop'}],
  ['ctrl-_', {act: 'undo'}],
  ['ctrl-t', {act: 'transpose'}],
  // Ctrl-J is Enter, as in a shell: programs that type often end a line with it.
  ['alt-enter alt-ctrl-j shift-enter ctrl-enter', {act: 'newline'}],
  ['up ctrl-p', {act: 'older'}],
  ['down ctrl-n', {act: 'newer'}],
  ['ctrl-r', {act: 'search'}],
]

/** What keys do, by their names: those of Emacs, and those on which it is written. */
export const keyBindings: ReadonlyMap<string, Edit> = new Map(
  edits.flatMap(([keys, edit]) => keys.split(' ').map(key => [key, edit] as const)),
)
