/** Shows what a phone needs to register. The password is shown this once: nobody can read it again. */

import { useState } from 'react'
import { uiTexts } from '../words/ui-texts.ts'
import { Button } from './button.tsx'
import { LazyDialog } from './lazy-dialog.tsx'
import { secretTexts } from '../words/secret-texts.ts'

export type SipAccount = { readonly sipUser: string; readonly sipPassword: string }

type SecretDialogProps = { readonly title: string; readonly account: SipAccount; readonly onClose: () => void }

/** The dialog; it is closed by its button alone, so that nobody loses the password by a slip. */
export function SecretDialog({ title, account, onClose }: SecretDialogProps) {
  return (
    <LazyDialog
      title={title}
      onClose={onClose}
      isFirm
      foot={
        <Button look="primary" onClick={onClose}>
          {secretTexts.kept}
        </Button>
      }
    >
      <p className="mb-4 text-muted">{secretTexts.once}</p>
      <dl className="grid gap-3">
        <Secret name={secretTexts.user} value={account.sipUser} />
        <Secret name={secretTexts.password} value={account.sipPassword} />
      </dl>
    </LazyDialog>
  )
}

function Secret({ name, value }: { name: string; value: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <div className="rounded-control border border-line bg-surface px-3 py-2">
      <dt className="text-caption text-muted">{name}</dt>
      <dd className="flex items-center justify-between gap-3">
        <code className="secret font-mono break-all select-all">{value}</code>
        {/* Browsers have no clipboard for pages that came without encryption from elsewhere. */}
        {isSecureContext && (
          <Button size="small" aria-label={uiTexts.copyNamed(name)} onClick={copy}>
            {isCopied ? uiTexts.copied : uiTexts.copy}
          </Button>
        )}
      </dd>
    </div>
  )
}
