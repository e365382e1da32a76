// The banner of `enforcement: monitor`: on every page, in the way, and not to be closed.

import type { Enforcement } from '../model/shapes.ts';
import { html, type View } from './html.ts';

export function Unenforced({ enforcement }: { readonly enforcement: Enforcement | undefined }): View | null {
  if (enforcement !== 'monitor') return null;
  return html`<div class="unenforced" role="region" aria-label="Enforcement">
    <strong>Nothing is enforced.</strong> Every request goes out as it came: verdicts are what <em>would have been</em>.
  </div>`;
}
