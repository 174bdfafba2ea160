/** A command of chatctl, as hints name it, up to its first argument or flag. */
const command = /`chatctl ([a-z]+(?:[ -][a-z]+)*)/g

/**
 * Returns a hint in which each command of chatctl stands as it has to be typed: behind `start`, such as `npx chatctl `, or
 * `mycli chat:` where colons part its words.
 */
export function asTyped(hint: string, start: string): string {
  const separator = start.endsWith(':') ? ':' : ' '
  return hint.replaceAll(command, (_, words: string) => `\`${start}${words.replaceAll(' ', separator)}`)
}
