// The CouchDB protocol between two PouchDB: node replicate.js serve|copy ... (see bench/pouchdb.py).
'use strict'

const fs = require('fs')
const path = require('path')
const { createRequire } = require('module')

const load = createRequire(path.join(process.cwd(), 'package.json'))
const PouchDB = load('pouchdb')
const BATCH = 500 // events of a run of ours, too

// leveldb answers before its log is on the disk unless each write asks for it.
function beDurable () {
  const leveldown = load('leveldown')
  const known = leveldown.prototype
  for (const name of ['_put', '_del', '_batch']) {
    const plain = known[name]
    known[name] = function (...words) {
      words[words.length - 2] = { ...words[words.length - 2], sync: true }
      return plain.apply(this, words)
    }
  }
}

function serve (folder) {
  const app = load('express')()
  const Here = PouchDB.defaults({ prefix: folder + path.sep })
  app.use(load('express-pouchdb')(Here, { mode: 'minimumForPouchDB', inMemoryConfig: true }))
  const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))
}

async function copy (folder, url, file) {
  const docs = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  const source = new PouchDB(path.join(folder, 'source'))
  for (let at = 0; at < docs.length; at += BATCH) await source.bulkDocs(docs.slice(at, at + BATCH))
  const other = new PouchDB(path.join(folder, 'other'))
  const options = { batch_size: BATCH }
  const begun = performance.now()
  await PouchDB.replicate(source, url, options)
  const pushed = performance.now()
  await PouchDB.replicate(url, other, options)
  const pulled = performance.now()
  const held = await other.info()
  console.log(JSON.stringify(
    { docs: held.doc_count, push_ms: pushed - begun, pull_ms: pulled - pushed }
  ))
}

const [what, durable, ...words] = process.argv.slice(2)
if (durable === 'durable') beDurable()
if (what === 'serve') serve(...words)
else copy(...words)
