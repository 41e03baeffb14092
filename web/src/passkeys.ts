// Passkeys (W3C WebAuthn, level 3): the browser makes and uses them, the node alone judges them.

/** Tell whether this browser can, at this address. */
export function canPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function'
  )
}

function written(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey was given')
  return credential.toJSON()
}

/** Make one, by what the node asked for; throws where the browser or its owner declines. */
export async function makePasskey(asked: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked)
  return written(await navigator.credentials.create({ publicKey }))
}

/** Answer the node's challenge with one. */
export async function usePasskey(asked: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked)
  return written(await navigator.credentials.get({ publicKey }))
}
