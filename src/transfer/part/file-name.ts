/** The longest name of one file, in bytes of UTF-8: NAME_MAX of POSIX systems, and within the limits of the others. */
export const maxNameBytes = 255

// An archive keeps both of its extensions; more than 16 characters, or a space, are no extension but a sentence.
const nameParts = /^(?<stem>.+?)(?<extension>(?:\.tar)?\.[^.\s]{1,16})$/su

/** Cuts a name to a number of bytes of UTF-8, before its extension. */
export function fitName(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const {stem, extension} = splitName(name)
  return cutBytes(stem, maxBytes - Buffer.byteLength(extension)) + extension
}

/** Tells a name apart from others of its kind: the second `a.tar.gz` is `a (2).tar.gz`. */
export function numberName(name: string, number: number): string {
  const {stem, extension} = splitName(name)
  const tail = ` (${number})${extension}`
  return cutBytes(stem, maxNameBytes - Buffer.byteLength(tail)) + tail
}

function splitName(name: string): {stem: string; extension: string} {
  const {stem = name, extension = ''} = nameParts.exec(name)?.groups ?? {}
  return {stem, extension}
}

function cutBytes(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}
