/** Whom to hold responsible for an address: itself, or for IPv6 its /64, of which one machine has every address. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address
  const [withoutZone = ''] = address.split('%')
  const [head = '', tail] = withoutZone.split('::')
  const groups = head === '' ? [] : head.split(':')
  const groupsBehind = tail === undefined || tail === '' ? 0 : tail.split(':').length
  while (groups.length < 8 - groupsBehind) groups.push('0')
  return `${groups.slice(0, 4).join(':')}::/64`
}
