const controls: Readonly<Record<string, string>> = {
  '\u0000': 'ctrl-space',
  '\u0009': 'tab',
  '\u000d': 'enter',
  '\u001b': 'escape',
  '\u001f': 'ctrl-_',
  '\u007f': 'backspace',
}

/** Returns the name of a key that sends one control character. */
export function nameOfControl(character: string): string {
  const code = character.charCodeAt(0)
  return controls[character] ?? `ctrl-${String.fromCharCode(code + 0x60)}`
}

/** By the last character of a control sequence, with a modifier before it where one was held. */
const byLetter: Readonly<Record<string, string>> = {
  ...{A: 'up', B: 'down', C: 'right', D: 'left', F: 'end', H: 'home', Z: 'shift-tab', M: 'enter'},
}

/** By the number before `~`: those of the VT220, of the Linux console and of rxvt. */
const byNumber: Readonly<Record<string, string>> = {
  ...{1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'page-up', 6: 'page-down', 7: 'home', 8: 'end'},
}

/** By the code point in a sequence of modified keys. */
const byCode: Readonly<Record<string, string>> = {9: 'tab', 13: 'enter', 27: 'escape', 127: 'backspace'}

// rxvt: arrows with Ctrl are SS3 and a small letter; `^` in place of `~` is Ctrl.
const rxvtArrow = /^O([abcd])$/
const rxvtControl = /^\[(\d+)\^$/
const lettered = /^(?:\[(?:1?(?:;(?<modifier>\d+))?)|O(?<early>\d+)?)(?<letter>[A-Z])$/
const numbered = /^\[(?<number>\d+)(?:;(?<modifier>\d+))?~$/
// xterm's modifyOtherKeys, and the same by `CSI u`.
const otherKey = /^\[27;(?<modifier>\d+);(?<code>\d+)~$/
const unicodeKey = /^\[(?<code>\d+)(?:;(?<modifier>\d+))?u$/

/** Returns the name of a key that sends an escape sequence, given without its escape; undefined for one of no use. */
export function nameOfSequence(body: string): string | undefined {
  const arrow = rxvtArrow.exec(body)?.[1]
  if (arrow !== undefined) return withModifier(byLetter[arrow.toUpperCase()], 'ctrl-')
  const control = rxvtControl.exec(body)?.[1]
  if (control !== undefined) return withModifier(byNumber[control], 'ctrl-')
  return nameOfModified(body)
}

function nameOfModified(body: string): string | undefined {
  const other = (otherKey.exec(body) ?? unicodeKey.exec(body))?.groups
  if (other) return withModifier(nameOfCode(other['code']), prefixOf(other['modifier']))
  const number = numbered.exec(body)?.groups
  if (number) return withModifier(byNumber[number['number'] ?? ''], prefixOf(number['modifier']))
  const letter = lettered.exec(body)?.groups
  return withModifier(byLetter[letter?.['letter'] ?? ''], prefixOf(letter?.['modifier'] ?? letter?.['early']))
}

function nameOfCode(code = ''): string | undefined {
  if (byCode[code] !== undefined) return byCode[code]
  const point = Number(code)
  return point > 0x20 && point < 0x7f ? String.fromCodePoint(point).toLowerCase() : undefined
}

function withModifier(name: string | undefined, prefix: string): string | undefined {
  return name === undefined ? undefined : prefix + name
}

/** A modifier is one more than its bits: 1 Shift, 2 Alt, 4 Ctrl. */
function prefixOf(modifier = '1'): string {
  const bits = Number(modifier) - 1
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}`
}
