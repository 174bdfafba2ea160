// Mirrors a folder into a room: what is in it, and whatever comes or changes from then on, goes to the host.
//
//   npm install chatctl
//   CHATCTL_CODE=legal-zoo-abandon node mirror-folder.mjs FOLDER 192.168.1.23 5000
//
// On the other computer `chatctl host --accept all --on-conflict overwrite --prefix ''` takes each file, in the place of
// the last one of its name.
import {watch} from 'node:fs'
import {readdir, stat} from 'node:fs/promises'
import {join as joinPath} from 'node:path'
import {join} from 'chatctl'

const [folder = '.', host = '127.0.0.1', port = '5000'] = process.argv.slice(2)
const way = {host, port: Number(port), code: process.env.CHATCTL_CODE}
const room = await join({home: 'mirror-data', ...way, nick: 'mirror', accept: 'none'})

/** What has arrived of each file: its size, and when it was changed. */
const mirrored = new Map()
let looking = Promise.resolve()
const look = () => (looking = looking.then(mirrorChanges))

const watcher = watch(folder, look)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void room.leave())
look()
await room.ended
watcher.close()

async function mirrorChanges() {
  for (const name of await readdir(folder)) {
    // It may be gone by now.
    const found = await stat(joinPath(folder, name)).catch(() => undefined)
    if (found?.isFile()) await mirror(name, `${found.size} ${found.mtimeMs}`)
  }
}

/** Whatever is not there whole is sent again at the next change. */
async function mirror(name, version) {
  if (mirrored.get(name) === version) return
  try {
    const {delivered} = await room.sendFile(joinPath(folder, name), {to: room.host})
    await delivered
    mirrored.set(name, version)
    console.log(`mirrored ${name}`)
  } catch (error) {
    console.error(`${name}: ${error.message}`)
  }
}
