// The console's page: draws the application into the document.

import { render } from 'preact';
import { App } from './app.ts';
import { html } from './parts/html.ts';

const root = document.getElementById('app');
if (root !== null) render(html`<${App} />`, root);
