import type {ThemeName} from './palettes.js'

/** What one stream can show: decided once, by whoever knows the environment. */
export interface Look {
  /** How many colours there are; with 0 no escape code is written at all. */
  readonly colors: 0 | 16 | 256
  readonly theme: ThemeName
  /** Whether there is more than ASCII. */
  readonly isUnicode: boolean
  /** On which computer files are that are shown as links; absent where links are not known. */
  readonly links?: {readonly hostname: string}
  /** Whether the terminal is known to take text for the clipboard. */
  readonly hasClipboard: boolean
  /** What is typed before the name of each command: `chatctl `, or `mycli chat ` where it is mounted. */
  readonly commandStart: string
}

/** A stream that goes anywhere: text, and nothing for a terminal alone. */
export const plainLook: Look = {
  colors: 0,
  theme: 'auto',
  isUnicode: true,
  hasClipboard: false,
  commandStart: 'chatctl ',
}
