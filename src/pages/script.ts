/**
 * The login page's own script: a button that shows the password, a sign of progress, and a clock while the user must
 * wait.
 *
 * The page is complete without this script: the script's own controls stay hidden until it runs. It writes only text,
 * and leaves HTML alone. It sends and loads no data.
 */
export const SCRIPT = `
(() => {
  const form = document.getElementById('login')
  if (!form) return
  const button = form.querySelector('button[type=submit]')
  const name = document.getElementById('username')
  const password = document.getElementById('password')
  const reveal = document.getElementById('reveal')
  const progress = document.getElementById('progress')
  const wait = document.getElementById('wait')
  const label = button.textContent
  let timer
  let underWay = false

  function show(shown) {
    password.type = shown ? 'text' : 'password'
    reveal.classList.toggle('open', shown)
    reveal.lastElementChild.textContent = shown ? reveal.dataset.hide : reveal.dataset.show
  }

  function hold(text) {
    button.textContent = text
    button.setAttribute('aria-disabled', 'true')
  }

  function release() {
    clearInterval(timer)
    underWay = false
    button.textContent = label
    button.removeAttribute('aria-disabled')
    progress.textContent = ''
  }

  function clock(seconds) {
    const parts = [Math.floor(seconds / 60) % 60, seconds % 60]
    if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600))
    return parts.map((part, index) => (index === 0 ? part : String(part).padStart(2, '0'))).join(':')
  }

  reveal.hidden = false
  reveal.addEventListener('click', () => show(password.type === 'password'))

  form.addEventListener('submit', (event) => {
    if (button.getAttribute('aria-disabled') === 'true') {
      event.preventDefault()
      return
    }
    show(false)
    underWay = true
    hold(button.dataset.busy)
    progress.textContent = button.dataset.busy
    // For people who stopped the browser from loading.
    timer = setTimeout(release, 30000)
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && underWay) release()
  })

  if (!wait) return
  const end = Date.now() + Number(wait.dataset.seconds) * 1000
  const throttled = name.value
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left > 0) {
      hold(label + ' (' + clock(left) + ')')
      return
    }
    release()
    wait.textContent = wait.dataset.over
  }
  timer = setInterval(tick, 1000)
  tick()
  // Another account may have nothing to wait for.
  name.addEventListener('input', () => {
    if (!underWay && name.value !== throttled) release()
  })
})()
`
