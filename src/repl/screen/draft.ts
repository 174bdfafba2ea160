/** A text that is being written: the next character goes to `cursor`, an index that never cuts a character in two. */
export interface Draft {
  readonly text: string
  readonly cursor: number
}

/** What there is before anything is typed. */
export const emptyDraft: Draft = {text: '', cursor: 0}

/** Finds a place to go to in a draft. */
export type Motion = (draft: Draft) => number

const graphemes = new Intl.Segmenter()
const words = new Intl.Segmenter(undefined, {granularity: 'word'})
const plain = /^[\x20-\x7e]*$/

/** Makes a draft; a cursor inside a character, as people see one, goes behind it. */
export function draftOf(text: string, cursor = text.length): Draft {
  const place = Math.max(0, Math.min(cursor, text.length))
  const around = graphemes.segment(text).containing(place)
  if (around === undefined || around.index === place) return {text, cursor: place}
  return {text, cursor: around.index + around.segment.length}
}

/** Moves the cursor. */
export function moveTo(draft: Draft, motion: Motion): Draft {
  return draftOf(draft.text, motion(draft))
}

/** Puts text where the cursor is. */
export function insert({text, cursor}: Draft, inserted: string): Draft {
  return draftOf(text.slice(0, cursor) + inserted + text.slice(cursor), cursor + inserted.length)
}

/** Removes what lies between the cursor and another place. */
export function removeTo(draft: Draft, motion: Motion): {draft: Draft; removed: string} {
  const {text, cursor} = draft
  const place = motion(draft)
  const [start, end] = [Math.min(cursor, place), Math.max(cursor, place)]
  return {draft: draftOf(text.slice(0, start) + text.slice(end), start), removed: text.slice(start, end)}
}

/** Exchanges the characters around the cursor, at the end of a line the two before it, and moves on. */
export function transpose(draft: Draft): Draft {
  const isAtEnd = draft.cursor === lineEnd(draft)
  const end = isAtEnd ? draft.cursor : nextCharacter(draft)
  const middle = previousCharacter({...draft, cursor: end})
  const start = previousCharacter({...draft, cursor: middle})
  const {text} = draft
  if (start < lineStart(draft) || start === middle) return draft
  return draftOf(text.slice(0, start) + text.slice(middle, end) + text.slice(start, middle) + text.slice(end), end)
}

/** Where the character before the cursor begins. */
export const previousCharacter: Motion = ({text, cursor}) => {
  return cursor === 0 ? 0 : (graphemes.segment(text).containing(cursor - 1)?.index ?? 0)
}

/** Where the character at the cursor ends. */
export const nextCharacter: Motion = ({text, cursor}) => {
  return cursor + (graphemes.segment(text).containing(cursor)?.segment.length ?? 0)
}

/** Where the word before the cursor begins. */
export const previousWord: Motion = ({text, cursor}) => {
  const segments = words.segment(text)
  for (let place = cursor; place > 0;) {
    const before = segments.containing(place - 1)
    if (before === undefined) return 0
    if (before.isWordLike === true) return before.index
    place = before.index
  }
  return 0
}

/** Where the word at the cursor, or after it, ends. */
export const nextWord: Motion = ({text, cursor}) => {
  const segments = words.segment(text)
  for (let place = cursor; place < text.length;) {
    const ahead = segments.containing(place)
    if (ahead === undefined) break
    place = ahead.index + ahead.segment.length
    if (ahead.isWordLike === true) return place
  }
  return text.length
}

/** Where what has no space in it begins, before the cursor. */
export const previousSpace: Motion = ({text, cursor}) => {
  return text.slice(0, cursor).trimEnd().search(/\S+$/) + (text.slice(0, cursor).trim() === '' ? 1 : 0)
}

/** Where the line with the cursor begins. */
export const lineStart: Motion = ({text, cursor}) => {
  // A search from before the start would look at the start.
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1
}

/** Where the line with the cursor ends. */
export const lineEnd: Motion = ({text, cursor}) => {
  const end = text.indexOf('\n', cursor)
  return end === -1 ? text.length : end
}

/** The same distance into the line above; undefined in the first. */
export function lineAbove(draft: Draft): Draft | undefined {
  const start = lineStart(draft)
  if (start === 0) return undefined
  const above = lineStart({...draft, cursor: start - 1})
  return draftOf(draft.text, Math.min(above + draft.cursor - start, start - 1))
}

/** The same distance into the line below; undefined in the last. */
export function lineBelow(draft: Draft): Draft | undefined {
  const end = lineEnd(draft)
  if (end === draft.text.length) return undefined
  const below = {...draft, cursor: end + 1}
  return draftOf(draft.text, Math.min(end + 1 + draft.cursor - lineStart(draft), lineEnd(below)))
}

/** Splits text into characters as people see them. */
export function charactersOf(text: string): string[] {
  if (plain.test(text)) return text.split('')
  const characters: string[] = []
  for (let start = 0, length = pieceLength; start < text.length;) {
    const piece = text.slice(start, start + length)
    const segments = Array.from(graphemes.segment(piece), ({segment}) => segment)
    // The last one may go on in the next piece.
    const whole = start + length < text.length ? segments.slice(0, -1) : segments
    characters.push(...whole)
    start += whole.reduce((sum, segment) => sum + segment.length, 0)
    length = whole.length === 0 ? length * 2 : pieceLength
  }
  return characters
}

/** Each step through a text takes as long as all of it is: a long one is cut first. */
const pieceLength = 256
