// The notices of the packages that end up in the built page.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Names, versions and licences of every production package, each followed by the licence text it ships. */
export function notices(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const parts = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.optional && !entry.devOptional)
    .filter(([path]) => existsSync(join(root, path, 'package.json')))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path]) => notice(join(root, path)))
  return `This page contains the following packages.\n\n${parts.join('\n')}`
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file
    ? readFileSync(join(folder, file), 'utf8').trim()
    : 'The package ships no licence text.'
  return `${'-'.repeat(72)}\n${name} ${version} (${license ?? 'no licence named'})\n\n${text}\n`
}
