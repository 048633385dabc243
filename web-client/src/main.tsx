// Puts the application on the page.

import '@fontsource-variable/inter/wght.css'
import './app.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { preferred, speak } from './i18n'
import { beginLooks } from './looks'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
beginLooks()
// A language that can't be loaded is no reason to show nothing.
await speak(preferred()).catch(() => {})
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
