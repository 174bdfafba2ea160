import {pathToFileURL} from 'node:url'

/** OSC 8 (the "Hyperlinks in terminal emulators" document): opens and closes a link. */
const [open, end] = ['\u001b]8;;', '\u001b\\']

/** Returns text as a link to the file at an absolute path; a name or path cannot end it, for its URL is printable ASCII. */
export function fileLink(text: string, path: string, hostname: string): string {
  return `${open}${fileUrl(path, hostname)}${end}${text}${open}${end}`
}

/** Without the host's name a terminal that shows another computer would open a file of its own. */
function fileUrl(path: string, hostname: string): string {
  const url = pathToFileURL(path)
  // On Windows it would become the name of a share.
  if (process.platform !== 'win32') url.hostname = hostname
  return url.href
}
