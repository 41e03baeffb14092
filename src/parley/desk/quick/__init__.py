"""Quick entry: a notice from one typed line, a delay or a cancel from one word."""
