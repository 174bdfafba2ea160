/** Quotes text without backslashes as one word for bash, zsh and fish alike. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Returns what the function that completes a program is called. */
export function functionName(bin: string): string {
  return `_${bin.replaceAll(/\W/g, '_')}`
}
