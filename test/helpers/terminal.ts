import headless from '@xterm/headless'

/** What a terminal holds after it was written to. */
export interface Screen {
  rows: string[]
  title: string | undefined
  bells: number
  /** What the terminal answered, as if it had been typed. */
  replies: string[]
  cursor: {x: number; y: number}
  isPlain: boolean
  modes: string
}

/** Writes `output` to a fresh terminal emulator and returns what it did. */
export async function draw(output: string, {columns = 200, rows = 50} = {}): Promise<Screen> {
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
    logLevel: 'off',
  })
  const screen = {title: undefined as string | undefined, bells: 0, replies: [] as string[]}
  terminal.onTitleChange(title => (screen.title = title))
  terminal.onBell(() => screen.bells++)
  terminal.onData(reply => screen.replies.push(reply))
  await new Promise<void>(resolve => terminal.write(output, resolve))
  const buffer = terminal.buffer.active
  const lines = Array.from({length: rows}, (_, row) => buffer.getLine(row + buffer.viewportY)!)
  const everyColumn = Array.from({length: columns}, (_, column) => column)
  const cell = buffer.getNullCell()
  const isPlainAt = (line: (typeof lines)[number], column: number): boolean =>
    line.getCell(column, cell)!.isAttributeDefault()
  const drawn = {
    ...screen,
    rows: lines.map(line => line.translateToString(true)),
    cursor: {x: buffer.cursorX, y: buffer.cursorY},
    isPlain: buffer.type === 'normal' && lines.every(line => everyColumn.every(column => isPlainAt(line, column))),
    modes: JSON.stringify(terminal.modes),
  }
  terminal.dispose()
  return drawn
}
