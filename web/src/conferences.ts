// Minutes as they are written here, and the texts that both sides sign.

export interface Text {
  lang: string
  text: string
}

export interface ConferenceInput {
  agenda: Text[]
  participants: { party: string; post: string }[]
  medium: string
  languages: string[]
  minutes: Text[]
  decisions: Text[]
  differences: { party: string; text: Text }[]
}

export interface ConferencePage extends ConferenceInput {
  id: number
  held_from: string
  held_to: string | null
  by: string
}

export interface ConferenceText {
  agreed: string
  body: ConferenceInput
  held_from: string
  held_to: string
  signed: { party: string; record: string; number: string; at: string }[]
  needed: string[]
  missing: string[]
  without_log: string[]
  stands: boolean
  ours_to_sign: boolean
}

/** One text a line; a line that was there already keeps its language. */
export function texts(lines: string, before: Text[], language: string): Text[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((text) => before.find((each) => each.text === text) ?? { lang: language, text })
}

export function lines(found: Text[]): string {
  return found.map((each) => each.text).join('\n')
}
