import type {RememberedPeer} from '../conversation.js'
import {formatDigest} from '../ui/format.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {columnsOf, padColumns} from '../ui/width.js'

const heading = ['name', 'fingerprint', 'last met at', 'remembered since']

/** Returns remembered devices as rows under a heading: name, fingerprint (whole, or its ends), last address, since when. */
export function peerRows(peers: readonly RememberedPeer[], fingerprints: 'whole' | 'short'): string[] {
  if (peers.length === 0) return []
  const cells = peers.map(({name, fingerprint, address, since}) => [
    sanitiseLine(name),
    fingerprints === 'whole' ? fingerprint : formatDigest(fingerprint),
    address === undefined ? '-' : sanitiseLine(addressText(address)),
    since.slice(0, 'yyyy-mm-dd'.length),
  ])
  const rows = [heading, ...cells]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => columnsOf(row[column] ?? ''))))
  return rows.map(row => row.map((cell, column) => padColumns(cell, widths[column] ?? 0)).join('   '))
}

function addressText({host, port}: NonNullable<RememberedPeer['address']>): string {
  if (port === undefined) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
