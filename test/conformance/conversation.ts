import {
  confirmationKey,
  generator,
  joinWithLengths,
  makeShare,
  sessionKey,
  sharedPoint,
} from '../../src/security/cpace.js'
import {encodeHello} from '../../src/security/hello.js'
import {ackDelayMs} from '../../src/session/ack-timer.js'
import {heartbeatIntervalMs} from '../../src/session/heartbeat.js'
import {hostFingerprint, joinerFingerprint, rightCode} from '../helpers/admission.js'
import {digest, inHex, sessionDraws, transferDraw, type Happening, type Scene} from './scene.js'

const introduction = `# A whole conversation of chatctl/1 as it goes over the wire inside TLS, byte by byte, for docs/protocol.md.
#
# ">" begins what one end writes at once, "+" goes on with it. Below each frame: its header (type, flags, number,
# channel, length of the payload), then its payload. What is random otherwise, or of TLS, is fixed as follows; g to
# macKey are what CPace makes of it.`

const exporter = Buffer.alloc(32, 7)
const fingerprints = [Buffer.from(hostFingerprint, 'hex'), Buffer.from(joinerFingerprint, 'hex')] as const
const [joinerScalar, hostScalar] = [scalar('joiner'), scalar('host')]

/** Little endian, with the top four bits cleared. */
function scalar(role: string): Buffer {
  const bytes = digest(role)
  bytes[31]! &= 0x0f
  return bytes
}

const later: Happening = {
  title: 'A little later: what no message could carry is acknowledged',
  joiner: ana => ana.clock.advance(ackDelayMs),
  host: bob => bob.clock.advance(ackDelayMs),
}

const happenings: Happening[] = [
  {
    title: 'Admission by a code, and a new session',
    joiner: (ana, transport) => ana.enter(transport),
    host: (bob, transport) => bob.enter(transport),
  },
  {title: 'The joiner says something, and the room has it', joiner: ana => ana.membership.say('hello, bob')},
  {title: 'The host says something', host: bob => bob.room.say('hello, ana 😀')},
  later,
  {title: 'A sign of life', joiner: ana => ana.clock.advance(heartbeatIntervalMs)},
  {title: 'Another nick', joiner: ana => ana.membership.rename('anna')},
  {title: 'A nick that is taken', joiner: ana => ana.membership.rename('bob').catch(() => undefined)},
  {title: 'A file of 12 bytes', joiner: ana => ana.sendFile(), host: bob => bob.acceptOffer()},
  {title: 'Goodbye', joiner: ana => ana.membership.leave()},
]

/** What the transcript tells beside the bytes. */
function fixedValues(): Record<string, string> {
  return {
    code: rightCode,
    ...inHex({
      exporter,
      hostFingerprint: fingerprints[0],
      joinerFingerprint: fingerprints[1],
      joinerScalar,
      hostScalar,
    }),
    ...inHex(proofValues()),
  }
}

function proofValues() {
  const channelId = joinWithLengths(Buffer.from('chatctl/1 cpace'), ...fingerprints)
  const g = generator(Buffer.from(rightCode), channelId, exporter)
  const [Ya, Yb] = [makeShare(g, joinerScalar), makeShare(g, hostScalar)]
  const K = sharedPoint(joinerScalar, Ya, Yb)
  const ADa = joinWithLengths(Buffer.from('joiner'), encodeHello({known: false}))
  const ADb = joinWithLengths(Buffer.from('host'), encodeHello({known: false, open: false}))
  const ISK = sessionKey(exporter, K, {share: Ya, data: ADa}, {share: Yb, data: ADb})
  return {g, K, ISK, macKey: confirmationKey(exporter, ISK)}
}

/** All that there is in a room of two: strangers meet, talk, and move a small file. */
export const conversation: Scene = {
  areKnown: false,
  carriesTree: false,
  draws: [{by: 'joiner', bytes: joinerScalar}, {by: 'host', bytes: hostScalar}, ...sessionDraws, transferDraw],
  head: () => ({introduction, fixed: fixedValues()}),
  happenings,
}
