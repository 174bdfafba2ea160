/** What one line of input means. */
export type Input = {kind: 'nothing'} | {kind: 'message'; text: string} | {kind: 'command'; name: string; rest: string}

const command = /^\/(?<name>\S*)\s*(?<rest>.*)$/s

/** Reads a line: what begins with a slash is a command and never a message, `//text` is the message `/text`. */
export function parseInput(line: string): Input {
  if (line.trim() === '') return {kind: 'nothing'}
  if (line.trim() === 'quit()') return {kind: 'command', name: 'quit', rest: ''}
  if (line.startsWith('//')) return {kind: 'message', text: line.slice(1)}
  const {name, rest} = command.exec(line)?.groups ?? {}
  if (name === undefined || rest === undefined) return {kind: 'message', text: line}
  return {kind: 'command', name: name.toLowerCase(), rest}
}
