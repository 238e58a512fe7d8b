/** A text that people hand on: an account ID, a Call-ID, an address. One click copies it. */

import { useState, useSyncExternalStore } from 'react'
import { uiTexts } from '../words/ui-texts.ts'
import { Button } from './button.tsx'

const never = (): (() => void) => () => undefined

/** The text with its button. */
export function CopyText({ name, text }: { readonly name: string; readonly text: string }) {
  const [isCopied, setCopied] = useState(false)
  // Browsers have no clipboard for pages that came without encryption from elsewhere; the server cannot know.
  const mayCopy = useSyncExternalStore(
    never,
    () => isSecureContext,
    () => false,
  )
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-2">
      <code className="min-w-0 font-mono break-all select-all">{text}</code>
      {mayCopy && (
        <Button size="small" aria-label={uiTexts.copyNamed(name)} onClick={copy}>
          {isCopied ? uiTexts.copied : uiTexts.copy}
        </Button>
      )}
    </span>
  )
}
