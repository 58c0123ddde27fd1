import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrationNames } from '../../test/databases/migration-names.ts'
import { ConfigurationError, DatabaseError } from '../errors.ts'
import { openDatabase } from './open-database.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-database-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

function open(url: string) {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return database
}

async function refusal(action: () => unknown): Promise<Error> {
  try {
    await action()
  } catch (error) {
    return error as Error
  }
  return expect.fail('it was not refused')
}

describe('the URL of a database', () => {
  test.each(['sqlite:', 'sqlite://'])('may be %s and an absolute path', async (prefix) => {
    const folder = await temporaryFolder()
    await open(`${prefix}${join(folder, 'users.db')}`).ready()
    expect(await readdir(folder)).toContain('users.db')
  })

  test.each(['sqlite:file:users.db', 'sqlite:file:users.db#x', 'sqlite:file::memory:'])(
    'is refused, and no file is made, where SQLite would read a URL within it: %s',
    async (url) => {
      const folder = await temporaryFolder()
      const back = process.cwd()
      process.chdir(folder)
      onTestFinished(() => process.chdir(back))
      expect(await refusal(() => open(url).ready())).toBeInstanceOf(ConfigurationError)
      expect(await readdir(folder)).toEqual([])
    },
  )

  test('may have a path beside the working directory', async () => {
    const folder = await temporaryFolder()
    const back = process.cwd()
    process.chdir(folder)
    onTestFinished(() => process.chdir(back))
    await open('sqlite:users.db').ready()
    expect(await readdir(folder)).toContain('users.db')
  })

  test('may have spaces, umlauts and question marks in its path', async () => {
    const folder = await temporaryFolder()
    await open(`sqlite:${join(folder, 'büro 1?mode=ro#.db')}`).ready()
    expect(await readdir(folder)).toContain('büro 1?mode=ro#.db')
  })

  test('may have a file whose name begins like a URL, in a folder', async () => {
    const folder = await temporaryFolder()
    await open(`sqlite:${folder}/file:users.db`).ready()
    expect(await readdir(folder)).toContain('file:users.db')
  })

  test('may be that of memory, which is gone when it is closed', async () => {
    const database = openDatabase('sqlite::memory:')
    const insert = sql`insert into ostiary_user_role (user_id, role) values ('1', 'x')`
    await expect(insert.execute(await database.tables())).rejects.toThrow(/FOREIGN KEY/)
    await sql`insert into ostiary_session_change values (1, 't', 's', 1, 2)`.execute(await database.tables())
    await database.close()
    const { rows } = await sql`select * from ostiary_session_change`.execute(await database.tables())
    expect(rows).toEqual([])
    await database.close()
  })

  test.each([
    '',
    'sqlite',
    'sqlite:',
    'sqlite://',
    'users.db',
    '/var/lib/users.db',
    'SQLITE3:users.db',
    'mongodb://localhost',
    'postgres://localhost',
    'postgres:users',
    'mysql:///users',
    'mysql://localhost/users/more',
    'postgres://localhost:port/users',
    'postgres://anna:100%@localhost/users',
    pathToFileURL('/tmp/users.db').href,
  ])('is refused at once when it is %j', (url) => {
    expect(() => openDatabase(url)).toThrow(ConfigurationError)
    expect(() => openDatabase(url)).toThrow(/sqlite:users\.db/)
  })

  test.each([undefined, null, 7, {}, Symbol('url')])('is refused at once when it is no text: %s', (url) => {
    expect(() => openDatabase(url as string)).toThrow(ConfigurationError)
  })

  test('with a host in the place of a folder is refused, rather than taken for a file at the root', () => {
    expect(() => openDatabase('sqlite://users.db')).toThrow(ConfigurationError)
  })

  test.each([
    'postgres://anna:hunter2@localhost',
    'postgres://anna:x@hunter2@localhost',
    'postgres://anna:a/hunter2@localhost/users',
    'postgres://anna:1/hunter2@localhost/users',
    'postgres://anna:1#hunter2@localhost/users',
    'postgres://anna:1?hunter2@localhost/users',
    'mysql://anna:hunter2%@localhost/users',
    'postgres://:hunter2@localhost',
    'mysql:anna:hunter2@localhost',
    'postgres://localhost?password=hunter2',
    'libsql://db.example.org?authToken=hunter2',
    'server=localhost;password=hunter2',
  ])('never shows its password in the refusal: %s', async (url) => {
    const error = await refusal(() => openDatabase(url))
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
  })
})

describe('opening', () => {
  test('touches nothing before the first use', async () => {
    const folder = await temporaryFolder()
    open(`sqlite:${join(folder, 'users.db')}`)
    expect(await readdir(folder)).toEqual([])
  })

  test('makes a file that only its owner can read, and so are the files beside it', async () => {
    const folder = await temporaryFolder()
    const umask = process.umask(0)
    onTestFinished(() => void process.umask(umask))
    const database = open(`sqlite:${join(folder, 'users.db')}`)
    await sql`insert into ostiary_session_change values (1, 't', null, 1, 2)`.execute(await database.tables())
    const files = await readdir(folder)
    expect(files.sort()).toEqual(['users.db', 'users.db-shm', 'users.db-wal'])
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777, file).toBe(0o600)
  })

  test('leaves the permissions of a file that exists alone', async () => {
    const file = join(await temporaryFolder(), 'users.db')
    await writeFile(file, '')
    await chmod(file, 0o640)
    await open(`sqlite:${file}`).ready()
    expect((await stat(file)).mode & 0o777).toBe(0o640)
  })

  test('fails when the folder does not exist, and makes none', async () => {
    const folder = await temporaryFolder()
    const error = await refusal(() => open(`sqlite:${join(folder, 'missing', 'users.db')}`).ready())
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error.message).toMatch(/missing\/users\.db: its folder does not exist/)
    expect(await readdir(folder)).toEqual([])
  })

  test('fails when the path is that of a folder', async () => {
    const folder = await temporaryFolder()
    expect(await refusal(() => open(`sqlite:${folder}`).ready())).toBeInstanceOf(DatabaseError)
  })

  test('fails when the file is no database, and leaves it as it was', async () => {
    const file = join(await temporaryFolder(), 'users.db')
    await writeFile(file, 'Dear diary, '.repeat(1000))
    const error = await refusal(() => open(`sqlite:${file}`).ready())
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error.message).toMatch(/not a database/)
    expect((await stat(file)).size).toBe(12_000)
  })

  test('is tried again after it has failed', async () => {
    const folder = await temporaryFolder()
    const database = open(`sqlite:${join(folder, 'later', 'users.db')}`)
    await expect(database.ready()).rejects.toThrow(DatabaseError)
    await mkdir(join(folder, 'later'))
    await database.ready()
  })

  test('happens once, however many ask for it at the same time', async () => {
    const database = open(`sqlite:${join(await temporaryFolder(), 'users.db')}`)
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => database.tables()))
    expect(new Set(others)).toEqual(new Set([first]))
  })

  test('sets write-ahead logging, full synchronisation and foreign keys', async () => {
    const database = open(`sqlite:${join(await temporaryFolder(), 'users.db')}`)
    const pragma = async (name: string) => {
      const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(await database.tables())
      return Object.values(rows[0] ?? {})[0]
    }
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('foreign_keys')).toBe(1)
  })

  test('makes foreign keys hold: with a user go the roles', async () => {
    const file = join(await temporaryFolder(), 'users.db')
    const db = await open(`sqlite:${file}`).tables()
    await sql`insert into ostiary_user values ('1', 'A', 'a', '', null, 0, 0, '{}', 1, 1)`.execute(db)
    await sql`insert into ostiary_user_role (user_id, role) values ('1', 'Editor')`.execute(db)
    await db.deleteFrom('ostiary_user').execute()
    expect(await db.selectFrom('ostiary_user_role').selectAll().execute()).toEqual([])
  })

  test('compares canonical names byte for byte', async () => {
    const db = await open('sqlite::memory:').tables()
    const add = (id: string, name: string) =>
      sql`insert into ostiary_user values (${id}, ${name}, ${name}, '', null, 0, 0, '{}', 1, 1)`.execute(db)
    await add('1', 'anna')
    await add('2', 'ANNA')
    await add('3', 'anna ')
    await expect(add('4', 'anna')).rejects.toThrow(/UNIQUE/)
  })

  test('closing twice, or what was never opened, is nothing', async () => {
    const database = openDatabase(`sqlite:${join(await temporaryFolder(), 'users.db')}`)
    await database.close()
    await database.ready()
    await database.close()
    await database.close()
  })
})

describe('migrating', () => {
  test('leaves a database alone that is of a newer version', async () => {
    const file = join(await temporaryFolder(), 'users.db')
    const database = openDatabase(`sqlite:${file}`)
    await database.ready()
    await database.close()
    const newer = new DatabaseSync(file)
    newer.exec(`insert into ostiary_migration (name, timestamp) values ('9999-from-the-future', '2099-01-01')`)
    newer.exec('create table something_new (id integer)')
    newer.close()

    const error = await refusal(() => open(`sqlite:${file}`).ready())
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error.message).toMatch(/cannot be brought up to date.*9999-from-the-future/)
  })

  test('that fails leaves the database as it was', async () => {
    const file = join(await temporaryFolder(), 'users.db')
    const mine = new DatabaseSync(file)
    // In the way of the last table that the first migration makes.
    mine.exec('create table ostiary_session_change (mine integer)')
    await expect(open(`sqlite:${file}`).ready()).rejects.toThrow(DatabaseError)
    const tables = mine.prepare(`select name from sqlite_schema where type = 'table'`).all()
    expect(tables).toMatchObject([{ name: 'ostiary_session_change' }])
    mine.close()
  })

  test('keeps what is there, and has nothing to do the second time', async () => {
    const file = join(await temporaryFolder(), 'users.db')
    const first = openDatabase(`sqlite:${file}`)
    const db = await first.tables()
    await sql`insert into ostiary_user values ('1', 'A', 'a', '', null, 0, 0, '{}', 1, 1)`.execute(db)
    await first.close()
    const again = await open(`sqlite:${file}`).tables()
    expect(await again.selectFrom('ostiary_user').select('id').execute()).toEqual([{ id: '1' }])
    const { rows } = await sql`select name from ostiary_migration`.execute(again)
    expect(rows.map((row) => (row as { name: string }).name)).toEqual(migrationNames())
  })
})
