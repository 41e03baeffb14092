// Tones by Web Audio. A browser lets a page sound only after somebody touched it.

let context: AudioContext | null = null

/** Make the sound ready; to be called from a key or a click. */
export function allowSound(): void {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
}

/** Tell whether the browser would let a tone be heard. */
export function soundAllowed(): boolean {
  return context?.state === 'running'
}

function tone(at: number, hertz: number, seconds: number, loud: number): void {
  if (context === null) return
  const source = context.createOscillator()
  const level = context.createGain()
  source.type = 'square'
  source.frequency.value = hertz
  // a ramp at both ends, or the loudspeaker clicks
  level.gain.setValueAtTime(0, at)
  level.gain.linearRampToValueAtTime(loud, at + 0.02)
  level.gain.setValueAtTime(loud, at + seconds - 0.03)
  level.gain.linearRampToValueAtTime(0, at + seconds)
  source.connect(level).connect(context.destination)
  source.start(at)
  source.stop(at + seconds)
}

/** Two tones, three times: something urgent waits. */
export function soundUrgent(): boolean {
  if (context?.state !== 'running') return false
  const now = context.currentTime
  for (let i = 0; i < 3; i += 1) {
    tone(now + i * 0.5, 880, 0.22, 0.2)
    tone(now + i * 0.5 + 0.24, 660, 0.22, 0.2)
  }
  return true
}

/** One short low tone: something new, not urgent. */
export function soundNew(): boolean {
  if (context?.state !== 'running') return false
  tone(context.currentTime, 440, 0.15, 0.08)
  return true
}
