// Answers that overtake each other would show what was true before: a question waits its turn.

/** Let `act` run once at a time; asked again meanwhile, it runs once more when it has ended. */
export function inTurn(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false

  async function run(): Promise<void> {
    try {
      do {
        again = false
        await act()
      } while (again)
    } finally {
      running = null
    }
  }

  return () => {
    if (running === null) running = run()
    else again = true
    return running
  }
}
