/** The codes of this process: it is one process that reports, whichever part of it fails. */
const secrets = new Set<string>()

/** Remembers a code as something that is never printed, and returns it. */
export function keepSecret(code: string): string {
  secrets.add(code)
  return code
}

/** Returns `text` without the codes that this process knows. */
export function redact(text: string): string {
  let clean = text
  for (const secret of secrets) clean = clean.replaceAll(secret, '[code]')
  return clean
}
