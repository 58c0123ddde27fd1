// Who lives in the directory. Passwords are to be found nowhere in what the service says.

const person = (login: string, display: string, extra: object = {}) => ({
  login,
  display,
  mail: `${encodeURIComponent(login)}@example.org`,
  locked: false,
  since: '2020-01-01',
  until: '9999-12-31',
  grade: 7,
  duties: [],
  ...extra,
})

const duties = (login: string, ...titles: string[]) => titles.map((title) => ({ person_login: login, title }))

export const PEOPLE = [
  person('clara', 'Clara Lindqvist', { duties: duties('clara', 'Z_OFFICE_LEAD', 'Z_READER') }),
  person('noel', 'Noel Brandt'),
  person('locked', 'Lena Locked', { locked: true }),
  person('retired', 'Rolf Retired', { until: '2021-06-30' }),
  person("d'arcy", "Fiona D'Arcy", { duties: duties("d'arcy", 'Z_READER') }),
  person('jörg', 'Jörg Größe', { duties: duties('jörg', 'Z_READER') }),
]

export const LOGINS = {
  clara: { password: 'seven-red-lanterns', roles: ['directory'] },
  noel: { password: 'nine-grey-herons', roles: [] },
  locked: { password: 'two-blue-kettles', roles: ['directory'] },
  retired: { password: 'four-old-clocks', roles: ['directory'] },
  "d'arcy": { password: "it's-a-quote", roles: ['directory'] },
  jörg: { password: 'süße Öle für Ärzte', roles: ['directory'] },
  reader: { password: 'service-only-word', roles: ['directory'] },
  '*': false,
}
