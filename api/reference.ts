import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path.js'
import type { ApiEnv } from './context.ts'
import { IDEMPOTENCY_KEY } from './examples.ts'
import { ApiProblem } from './problem.ts'

/*
 * The description as a page to read and to try, made by Swagger UI. All of it is served from here.
 */

const FOLDER = getAbsoluteFSPath()
const { version } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as {
  version: string
}
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}
/** Addresses hold the version, so what is behind one never changes. Seconds of a year. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** Whatever name the server is reached by, it is asked under that one; the example of a key stands for a new one. */
const SCRIPT = `
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  showExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor(request) {
    const { pathname, search } = new URL(request.url, location.href)
    request.url = location.origin + pathname + search
    if (request.headers['idempotency-key'] === '${IDEMPOTENCY_KEY}') request.headers['idempotency-key'] = newKey()
    return request
  },
})
`

const STYLE = `
body { margin: 0 }
.swagger-ui .wrapper { overflow-x: auto }
.swagger-ui .responses-table { overflow-wrap: anywhere }
.swagger-ui .response-col_links { display: none }
noscript { display: block; padding: 2rem; font-family: sans-serif }
`

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Longhaul API</title>
<link rel="icon" href="/reference/${version}/favicon-32x32.png">
<link rel="stylesheet" href="/reference/${version}/swagger-ui.css">
<style>${STYLE}</style>
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript. The description itself: <a href="/openapi.json">/openapi.json</a></noscript>
<script src="/reference/${version}/swagger-ui-bundle.js"></script>
<script>${SCRIPT}</script>
</body>
</html>
`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${hashOf(SCRIPT)}`,
  `style-src 'self' ${hashOf(STYLE)}`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function referencePage() {
  return new Hono<ApiEnv>()
    .get('/', (c) => c.redirect('/reference'))
    .get('/reference', (c) => c.html(PAGE, 200, { 'content-security-policy': POLICY }))
    .get(`/reference/${version}/:asset`, compress(), async (c) => {
      const name = c.req.param('asset')
      const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined
      if (type === undefined) throw new ApiProblem('NOT_FOUND')
      const content = await readFile(join(FOLDER, name))
      return c.body(content, 200, { 'content-type': type, 'cache-control': FOR_EVER })
    })
}
