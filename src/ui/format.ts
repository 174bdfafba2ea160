import {formatSize} from '../errors/format-size.js'

/** Formats bytes a second: `98.3 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatSize(bytesPerSecond)}/s`
}

/** Formats how long something took: `0.1 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** Formats the time that is left as a clock: `0:16`, `1:02:03`. */
export function formatEta(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  const tail = twoDigits(seconds % 60)
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${tail}` : `${minutes}:${tail}`
}

/** Formats the local time of day: `14:02`. */
export function formatTime(date: Date): string {
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
}

/** Formats the local date: `Friday 2 January 2026`. */
export function formatDay(date: Date): string {
  const parts = dayFormat()
    .formatToParts(date)
    .filter(({type}) => type !== 'literal')
  return parts.map(({value}) => value).join(' ')
}

/** Made when the first date is told: that takes longer than a command may take to start. */
function dayFormat(): Intl.DateTimeFormat {
  return (madeDayFormat ??= new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }))
}

let madeDayFormat: Intl.DateTimeFormat | undefined

/** Shortens a digest to what two people can compare at a glance: `9f2c...e1`. */
export function formatDigest(hex: string): string {
  return hex.length > 9 ? `${hex.slice(0, 4)}...${hex.slice(-2)}` : hex
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
