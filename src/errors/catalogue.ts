/**
 * Everything chatctl can report: each code with the exit code of the process and the hint that follows the message.
 * A hint says the likely cause and what to do next.
 */
export const catalogue = {
  // usage: 2
  'bad-argument': {exitCode: 2, hint: 'Run the command with --help to see what it takes.'},
  'no-address': {exitCode: 2, hint: 'Name the host: `chatctl join -h 192.168.1.5`, or `--to` for send-file and say.'},
  'address-conflict': {exitCode: 2, hint: 'The address, or the port, was given twice and differently: give it once.'},
  'bad-nick': {
    exitCode: 2,
    hint: 'A nick has 1 to 32 columns of letters, marks, digits, `-`, `_` or `.`; `all` is reserved. Choose one with `-n`, or with `/nick` in a room.',
  },
  'nick-taken': {
    exitCode: 2,
    hint: '`/who` lists who is here, and no two may look alike; choose another with `/nick NAME`.',
  },
  refused: {exitCode: 2, hint: '`/who` lists who is here: they may have just left.'},
  'bad-code': {
    exitCode: 2,
    hint: 'A code is three or more words of the list, such as legal-zoo-abandon, or ten digits.',
  },
  'no-such-file': {exitCode: 2, hint: 'Check the path: `ls`, or `/ls` in a room, lists what is here.'},
  'path-too-long': {
    exitCode: 2,
    hint: 'A name has its limit (mostly 255 bytes), and so has a whole path (4,096): shorten one, or work from a directory further down.',
  },
  'not-a-file': {exitCode: 2, hint: 'Only regular files and directories can be sent, but no devices or pipes.'},
  'empty-message': {exitCode: 2, hint: 'Type something before Enter.'},
  'message-too-long': {
    exitCode: 2,
    hint: 'A message holds up to 65,536 bytes: put it into a file and send that with `/file`.',
  },
  'unknown-command': {
    exitCode: 2,
    hint: '`/help` lists the commands; `//text` sends a message that begins with a slash.',
  },
  'host-only': {exitCode: 2, hint: 'Ask the host to do it; `/help` lists what you can do.'},
  'screen-only': {exitCode: 2, hint: 'Run it on a terminal, without --plain and --json.'},
  'not-a-directory': {exitCode: 2, hint: 'Name a directory; `/ls` lists what is here.'},
  'unknown-member': {exitCode: 2, hint: '`/who` lists who is here.'},
  'unknown-transfer': {exitCode: 2, hint: '`/offers` lists what waits for an answer, `/transfers` what is on its way.'},
  'unknown-peer': {exitCode: 2, hint: '`chatctl peers`, or `/peers` in a room, lists the remembered devices.'},
  'no-recipient': {exitCode: 2, hint: 'Say for whom with `--to NICK`, or `--to all`; `/who` lists who is here.'},

  // connection: 3
  'connection-refused': {
    exitCode: 3,
    hint: 'Is `chatctl host` running there, on the same port? A firewall may block it: try `chatctl doctor`.',
  },
  'connection-timeout': {
    exitCode: 3,
    hint: 'Is the address right, and is the machine on this network? A firewall may drop the packets.',
  },
  'connection-cut': {exitCode: 3, hint: 'The other side closed before anyone was admitted: try again.'},
  'host-unreachable': {exitCode: 3, hint: 'Check the address, and that both machines are on the same network.'},
  'host-not-found': {exitCode: 3, hint: 'Check the spelling, or use the address that the host printed.'},
  'port-in-use': {
    exitCode: 3,
    hint: 'Another program, or another room, has this port (5000 is AirPlay on macOS): take another with `-p`, or any free one with `-p 0`.',
  },
  'cannot-listen': {
    exitCode: 3,
    hint: 'Check `--bind`: it takes an address of this machine; ports below 1024 need a privilege.',
  },

  // admission: 4
  'wrong-code': {
    exitCode: 4,
    hint: 'The host makes a new code with `/invite`. If the code was right and good, someone is in the middle.',
  },
  'no-code': {
    exitCode: 4,
    hint: 'Give the code in CHATCTL_CODE or by --code-file, or run this on a terminal to be asked.',
  },
  'too-many-tries': {exitCode: 4, hint: 'Wait a minute, then ask the host for a new code (`/invite`).'},
  'open-not-accepted': {
    exitCode: 4,
    hint: 'The host proves nothing about itself. If that is what you want, say so with --open.',
  },
  kicked: {exitCode: 4, hint: 'Ask the host why: whoever has a good code, or is remembered there, may come back.'},
  'room-full': {exitCode: 4, hint: 'The host limits the members (--max-members): try again when someone has left.'},
  'files-only': {
    exitCode: 4,
    hint: 'It runs `chatctl receive`: bring files with `chatctl send-file --to`, or have them run `chatctl host` to talk.',
  },
  'other-device': {
    exitCode: 4,
    hint: 'Another machine has this address now, or poses as that device: ask its owner where it is. No code was shown to it.',
  },

  // declined: 5
  declined: {
    exitCode: 5,
    hint: 'The other side did not want it. In line mode a host takes files only with --accept.',
  },
  'one-file-only': {
    exitCode: 5,
    hint: 'The other side runs `chatctl receive -o -`: send one file and no directory, or have it receive into a directory.',
  },
  'too-large': {
    exitCode: 5,
    hint: 'Whoever receives sets the limit (--max-size): ask for a higher one, or send less at once.',
  },
  exists: {
    exitCode: 5,
    hint: 'Whoever receives keeps what is there (--on-conflict skip): nothing was sent. Give it another name to send it.',
  },
  'no-answer': {exitCode: 5, hint: 'Nobody answered in time: ask them to accept it, or wait longer with --timeout.'},

  // transfer and session: 6
  'connection-lost': {
    exitCode: 6,
    hint: 'The connection ended before all was done: check the network and run the same command again. A file goes on where it was.',
  },
  stalled: {
    exitCode: 6,
    hint: 'One side is there but does not go on: look at what runs there, then send it again. A file goes on where it was.',
  },
  'taken-over': {exitCode: 6, hint: 'The same file is being sent again over another connection, and goes on there.'},
  'digest-mismatch': {exitCode: 6, hint: 'What arrived is not what was sent; nothing was kept. Send it again.'},
  'size-mismatch': {exitCode: 6, hint: 'More or less came than was declared; nothing was kept. Send it again.'},
  'unsafe-name': {
    exitCode: 6,
    hint: 'Such a name could lead to another place or deceive: have it sent under a plain one.',
  },
  'reader-ended': {
    exitCode: 6,
    hint: 'The program that reads what is received (behind `receive -o -`) ended before it had all: see what it says, then run both commands again.',
  },
  'not-verified': {
    exitCode: 6,
    hint: 'Do not use what came: it is not all of the file, or not what was sent. Run both commands again.',
  },
  'source-changed': {exitCode: 6, hint: 'The file changed while it was read: send it again when it is at rest.'},
  'tree-incomplete': {
    exitCode: 6,
    hint: 'The rest is there. What is missing could not be read here, or kept there: put that right, then send it again.',
  },
  cancelled: {exitCode: 6, hint: 'Send it again when both sides are ready.'},
  'plugin-failed': {
    exitCode: 6,
    hint: '`/plugins` lists the plug-ins and what is wrong with them; `chatctl plugins remove NAME` takes one away.',
  },
  'peer-failed': {
    exitCode: 6,
    hint: 'The other side could not finish: look at what it says, then send it again. A file goes on where it was.',
  },

  // protocol: 7
  'not-chatctl': {
    exitCode: 7,
    hint: 'Another program has this port (5000 is AirPlay on macOS): ask for the port that the host printed, and give it with -p.',
  },
  'no-common-version': {
    exitCode: 7,
    hint: 'The two ends run versions that have nothing in common: update the older one.',
  },
  'protocol-violation': {
    exitCode: 7,
    hint: 'The other side broke the protocol: update both ends; if it stays, report it.',
  },

  // disk: 8
  'disk-full': {
    exitCode: 8,
    hint: 'Make room, or receive elsewhere with --out, then ask for the file again: where it was, it goes on.',
  },
  'not-writable': {exitCode: 8, hint: 'Check the permissions of the directory, or receive elsewhere with --out.'},
  'not-readable': {exitCode: 8, hint: 'Check the permissions of the file.'},
  'damaged-identity': {
    exitCode: 8,
    hint: 'Restore the file from a backup; or delete it to become a new device, which others will ask for a code again.',
  },
  'damaged-peers': {
    exitCode: 8,
    hint: 'What can be read of it counts: `chatctl peers` lists who is remembered now. Others are asked for a code again.',
  },

  // ended from outside: 128 and the number of the signal, as shells count
  'hung-up': {exitCode: 129, hint: 'Its terminal was closed; run it again.'},
  interrupted: {exitCode: 130, hint: 'Run it again when you like.'},
  terminated: {exitCode: 143, hint: 'Another process ended it; run it again.'},

  // ours: 1
  internal: {
    exitCode: 1,
    hint: 'This is a bug of chatctl: run it again with DEBUG=chatctl* and report what it prints.',
  },
} as const satisfies Record<string, {exitCode: number; hint: string}>

/** A code of the {@link catalogue}. */
export type ErrorCode = keyof typeof catalogue
