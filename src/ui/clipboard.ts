/** Returns what makes a terminal put text into the clipboard (OSC 52 of xterm's control sequences), if it allows that. */
export function toClipboard(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString('base64')}\u001b\\`
}
